import type { CodeSample } from '../../shared/ui/code-block.tsx';
import type { Model } from '../../shared/api/entities.ts';

const placeholderKey = 'sk-…';

/** The same call in three languages, against this very server. */
export function codeSamples(
  model: Pick<Model, 'id' | 'kind'>,
  origin: string,
  apiKey = placeholderKey,
): CodeSample[] {
  return model.kind === 'chat'
    ? chatSamples(model.id, origin, apiKey)
    : embeddingSamples(model.id, origin, apiKey);
}

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
