import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { question, startRandomModel } from './random-model.ts';

// A program that ends in the middle of an answer without stopping the model first.
const { openai, options } = await startRandomModel();
process.once('exit', () => rmSync(dirname(options.weightsPath), { recursive: true }));
const stream = await openai.chat.completions.create({
  model: 'random',
  messages: question,
  temperature: 0,
  stream: true,
});
for await (const chunk of stream) if (chunk.choices[0]?.delta.content) process.exit(7);
