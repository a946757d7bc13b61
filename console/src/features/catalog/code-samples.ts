import type { CodeSample } from '../../shared/ui/code-block.tsx';
import type { Model } from '../../shared/api/entities.ts';

const placeholderKey = 'sk-…';

/** The same call in three languages, against this very server. */
export function codeSamples(
  model: Pick<Model, 'id' | 'kind'>,
  origin: string,
  apiKey = placeholderKey,
): CodeSample[] {
  const { path, curl, python, node } = callsByKind[model.kind](model.id);
  return [
    {
      label: 'curl',
      code: `curl ${origin}/v1/${path} \\
  -H "Authorization: Bearer ${apiKey}" \\
  -H "Content-Type: application/json" \\
  -d '${curl}`,
    },
    {
      label: 'Python',
      code: `# pip install openai
${python.needs ?? ''}from openai import OpenAI

client = OpenAI(base_url="${origin}/v1", api_key="${apiKey}")
${python.call}`,
    },
    {
      label: 'Node.js',
      code: `// npm install openai
${node.needs ?? ''}import OpenAI from 'openai';

const client = new OpenAI({ baseURL: '${origin}/v1', apiKey: '${apiKey}' });
${node.call}`,
    },
  ];
}

/** What differs between the kinds of models. */
interface Call {
  readonly path: string;
  /** The body, its closing quote and what comes after. */
  readonly curl: string;
  readonly python: Program;
  readonly node: Program;
}
interface Program {
  /** Lines to import what it needs beside the client. */
  readonly needs?: string;
  readonly call: string;
}

const callsByKind: Readonly<Record<Model['kind'], (model: string) => Call>> = {
  chat: (model) => ({
    path: 'chat/completions',
    curl: `{
    "model": "${model}",
    "messages": [{"role": "user", "content": "Hello!"}]
  }'`,
    python: {
      call: `
stream = client.chat.completions.create(
    model="${model}",
    messages=[{"role": "user", "content": "Hello!"}],
    stream=True,
)
for chunk in stream:
    if chunk.choices:
        print(chunk.choices[0].delta.content or "", end="")`,
    },
    node: {
      call: `
const stream = await client.chat.completions.create({
  model: '${model}',
  messages: [{ role: 'user', content: 'Hello!' }],
  stream: true,
});
for await (const chunk of stream) {
  process.stdout.write(chunk.choices[0]?.delta.content ?? '');
}`,
    },
  }),
  embedding: (model) => ({
    path: 'embeddings',
    curl: `{"model": "${model}", "input": "Hello!"}'`,
    python: {
      call: `answer = client.embeddings.create(model="${model}", input="Hello!")
print(answer.data[0].embedding[:5])`,
    },
    node: {
      call: `const answer = await client.embeddings.create({ model: '${model}', input: 'Hello!' });
console.log(answer.data[0].embedding.slice(0, 5));`,
    },
  }),
  /** The SDKs have no method for it, but their client calls any path. */
  rerank: (model) => {
    const body = `{"model": "${model}", "query": "What is double entry?", "documents": ["A recipe", "A ledger"]}`;
    return {
      path: 'rerank',
      curl: `${body}'`,
      python: {
        call: `answer = client.post("/rerank", cast_to=object, body=${body})
for result in answer["results"]:
    print(result["index"], result["relevance_score"])`,
      },
      node: {
        call: `const { results } = await client.post('/rerank', { body: ${body} });
for (const { index, relevance_score } of results) console.log(index, relevance_score);`,
      },
    };
  },
  moderation: (model) => ({
    path: 'moderations',
    curl: `{"model": "${model}", "input": "Hello!"}'`,
    python: {
      call: `answer = client.moderations.create(model="${model}", input="Hello!")
print(answer.results[0].flagged)`,
    },
    node: {
      call: `const answer = await client.moderations.create({ model: '${model}', input: 'Hello!' });
console.log(answer.results[0].flagged);`,
    },
  }),
  image: (model) => ({
    path: 'images/generations',
    curl: `{"model": "${model}", "prompt": "A lighthouse at dusk", "n": 1}'`,
    python: {
      needs: 'import base64\n',
      call: `answer = client.images.generate(model="${model}", prompt="A lighthouse at dusk")
with open("picture.png", "wb") as file:
    file.write(base64.b64decode(answer.data[0].b64_json))`,
    },
    node: {
      needs: `import { writeFileSync } from 'node:fs';\n`,
      call: `const answer = await client.images.generate({ model: '${model}', prompt: 'A lighthouse at dusk' });
writeFileSync('picture.png', Buffer.from(answer.data[0].b64_json, 'base64'));`,
    },
  }),
  speech: (model) => ({
    path: 'audio/speech',
    curl: `{"model": "${model}", "voice": "alloy", "input": "Hello!"}' \\
  -o speech.mp3`,
    python: {
      call: `with client.audio.speech.with_streaming_response.create(
    model="${model}", voice="alloy", input="Hello!"
) as answer:
    answer.stream_to_file("speech.mp3")`,
    },
    node: {
      needs: `import { writeFileSync } from 'node:fs';\n`,
      call: `const answer = await client.audio.speech.create({ model: '${model}', voice: 'alloy', input: 'Hello!' });
writeFileSync('speech.mp3', Buffer.from(await answer.arrayBuffer()));`,
    },
  }),
};
