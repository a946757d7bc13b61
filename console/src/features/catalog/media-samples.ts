import type { CodeSample } from '../../shared/ui/code-block.tsx';

/** Calls of models that make pictures, speak and listen. */
export const mediaSamples = {
  image: imageSamples,
  speech: speechSamples,
  transcription: transcriptionSamples,
};

function imageSamples(model: string, origin: string, apiKey: string): CodeSample[] {
  return [
    {
      label: 'curl',
      code: `curl ${origin}/v1/images/generations \\
  -H "Authorization: Bearer ${apiKey}" \\
  -H "Content-Type: application/json" \\
  -d '{"model": "${model}", "prompt": "A lighthouse at dusk", "n": 1}'`,
    },
    {
      label: 'Python',
      code: `# pip install openai
import base64
from openai import OpenAI

client = OpenAI(base_url="${origin}/v1", api_key="${apiKey}")
answer = client.images.generate(model="${model}", prompt="A lighthouse at dusk")
with open("picture.png", "wb") as file:
    file.write(base64.b64decode(answer.data[0].b64_json))`,
    },
    {
      label: 'Node.js',
      code: `// npm install openai
import { writeFileSync } from 'node:fs';
import OpenAI from 'openai';

const client = new OpenAI({ baseURL: '${origin}/v1', apiKey: '${apiKey}' });
const answer = await client.images.generate({ model: '${model}', prompt: 'A lighthouse at dusk' });
writeFileSync('picture.png', Buffer.from(answer.data[0].b64_json, 'base64'));`,
    },
  ];
}

function speechSamples(model: string, origin: string, apiKey: string): CodeSample[] {
  return [
    {
      label: 'curl',
      code: `curl ${origin}/v1/audio/speech \\
  -H "Authorization: Bearer ${apiKey}" \\
  -H "Content-Type: application/json" \\
  -d '{"model": "${model}", "voice": "alloy", "input": "Hello!"}' \\
  -o speech.mp3`,
    },
    {
      label: 'Python',
      code: `# pip install openai
from openai import OpenAI

client = OpenAI(base_url="${origin}/v1", api_key="${apiKey}")
with client.audio.speech.with_streaming_response.create(
    model="${model}", voice="alloy", input="Hello!"
) as answer:
    answer.stream_to_file("speech.mp3")`,
    },
    {
      label: 'Node.js',
      code: `// npm install openai
import { writeFileSync } from 'node:fs';
import OpenAI from 'openai';

const client = new OpenAI({ baseURL: '${origin}/v1', apiKey: '${apiKey}' });
const answer = await client.audio.speech.create({ model: '${model}', voice: 'alloy', input: 'Hello!' });
writeFileSync('speech.mp3', Buffer.from(await answer.arrayBuffer()));`,
    },
  ];
}

function transcriptionSamples(model: string, origin: string, apiKey: string): CodeSample[] {
  return [
    {
      label: 'curl',
      code: `curl ${origin}/v1/audio/transcriptions \\
  -H "Authorization: Bearer ${apiKey}" \\
  -F model="${model}" \\
  -F file=@speech.mp3`,
    },
    {
      label: 'Python',
      code: `# pip install openai
from openai import OpenAI

client = OpenAI(base_url="${origin}/v1", api_key="${apiKey}")
with open("speech.mp3", "rb") as file:
    answer = client.audio.transcriptions.create(model="${model}", file=file)
print(answer.text)`,
    },
    {
      label: 'Node.js',
      code: `// npm install openai
import { createReadStream } from 'node:fs';
import OpenAI from 'openai';

const client = new OpenAI({ baseURL: '${origin}/v1', apiKey: '${apiKey}' });
const file = createReadStream('speech.mp3');
const answer = await client.audio.transcriptions.create({ model: '${model}', file });
console.log(answer.text);`,
    },
  ];
}
