import type { CodeSample } from '../../shared/ui/code-block.tsx';
import type { Model } from '../../shared/api/entities.ts';
import { mediaSamples } from './media-samples.ts';

const placeholderKey = 'sk-…';

/** The same call in three languages, against this very server. */
export function codeSamples(
  model: Pick<Model, 'id' | 'kind'>,
  origin: string,
  apiKey = placeholderKey,
): CodeSample[] {
  return samplesByKind[model.kind](model.id, origin, apiKey);
}

type Samples = (model: string, origin: string, apiKey: string) => CodeSample[];

const samplesByKind: Readonly<Record<Model['kind'], Samples>> = {
  chat: chatSamples,
  embedding: embeddingSamples,
  rerank: rerankSamples,
  moderation: moderationSamples,
  ...mediaSamples,
};

function chatSamples(model: string, origin: string, apiKey: string): CodeSample[] {
  return [
    {
      label: 'curl',
      code: `curl ${origin}/v1/chat/completions \\
  -H "Authorization: Bearer ${apiKey}" \\
  -H "Content-Type: application/json" \\
  -d '{
    "model": "${model}",
    "messages": [{"role": "user", "content": "Hello!"}]
  }'`,
    },
    {
      label: 'Python',
      code: `# pip install openai
from openai import OpenAI

client = OpenAI(base_url="${origin}/v1", api_key="${apiKey}")

stream = client.chat.completions.create(
    model="${model}",
    messages=[{"role": "user", "content": "Hello!"}],
    stream=True,
)
for chunk in stream:
    if chunk.choices:
        print(chunk.choices[0].delta.content or "", end="")`,
    },
    {
      label: 'Node.js',
      code: `// npm install openai
import OpenAI from 'openai';

const client = new OpenAI({ baseURL: '${origin}/v1', apiKey: '${apiKey}' });

const stream = await client.chat.completions.create({
  model: '${model}',
  messages: [{ role: 'user', content: 'Hello!' }],
  stream: true,
});
for await (const chunk of stream) {
  process.stdout.write(chunk.choices[0]?.delta.content ?? '');
}`,
    },
  ];
}

function embeddingSamples(model: string, origin: string, apiKey: string): CodeSample[] {
  return [
    {
      label: 'curl',
      code: `curl ${origin}/v1/embeddings \\
  -H "Authorization: Bearer ${apiKey}" \\
  -H "Content-Type: application/json" \\
  -d '{"model": "${model}", "input": "Hello!"}'`,
    },
    {
      label: 'Python',
      code: `# pip install openai
from openai import OpenAI

client = OpenAI(base_url="${origin}/v1", api_key="${apiKey}")
answer = client.embeddings.create(model="${model}", input="Hello!")
print(answer.data[0].embedding[:5])`,
    },
    {
      label: 'Node.js',
      code: `// npm install openai
import OpenAI from 'openai';

const client = new OpenAI({ baseURL: '${origin}/v1', apiKey: '${apiKey}' });
const answer = await client.embeddings.create({ model: '${model}', input: 'Hello!' });
console.log(answer.data[0].embedding.slice(0, 5));`,
    },
  ];
}

/** The SDKs have no method for it, but their client calls any path. */
function rerankSamples(model: string, origin: string, apiKey: string): CodeSample[] {
  const body = `{"model": "${model}", "query": "What is double entry?", "documents": ["A recipe", "A ledger"]}`;
  return [
    {
      label: 'curl',
      code: `curl ${origin}/v1/rerank \\
  -H "Authorization: Bearer ${apiKey}" \\
  -H "Content-Type: application/json" \\
  -d '${body}'`,
    },
    {
      label: 'Python',
      code: `# pip install openai
from openai import OpenAI

client = OpenAI(base_url="${origin}/v1", api_key="${apiKey}")
answer = client.post("/rerank", cast_to=object, body=${body})
for result in answer["results"]:
    print(result["index"], result["relevance_score"])`,
    },
    {
      label: 'Node.js',
      code: `// npm install openai
import OpenAI from 'openai';

const client = new OpenAI({ baseURL: '${origin}/v1', apiKey: '${apiKey}' });
const { results } = await client.post('/rerank', { body: ${body} });
for (const { index, relevance_score } of results) console.log(index, relevance_score);`,
    },
  ];
}

function moderationSamples(model: string, origin: string, apiKey: string): CodeSample[] {
  return [
    {
      label: 'curl',
      code: `curl ${origin}/v1/moderations \\
  -H "Authorization: Bearer ${apiKey}" \\
  -H "Content-Type: application/json" \\
  -d '{"model": "${model}", "input": "Hello!"}'`,
    },
    {
      label: 'Python',
      code: `# pip install openai
from openai import OpenAI

client = OpenAI(base_url="${origin}/v1", api_key="${apiKey}")
answer = client.moderations.create(model="${model}", input="Hello!")
print(answer.results[0].flagged)`,
    },
    {
      label: 'Node.js',
      code: `// npm install openai
import OpenAI from 'openai';

const client = new OpenAI({ baseURL: '${origin}/v1', apiKey: '${apiKey}' });
const answer = await client.moderations.create({ model: '${model}', input: 'Hello!' });
console.log(answer.results[0].flagged);`,
    },
  ];
}
