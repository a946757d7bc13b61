import { getLlama, type LlamaModel } from 'node-llama-cpp';
import type OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { question, startRandomModel, type RandomModel } from './testing/random-model.ts';

let model: RandomModel;
beforeAll(async () => {
  model = await startRandomModel();
});
afterAll(() => model.stop());

async function readStream(body: OpenAI.ChatCompletionCreateParamsStreaming) {
  const chunks: OpenAI.ChatCompletionChunk[] = [];
  for await (const chunk of await model.openai.chat.completions.create(body)) chunks.push(chunk);
  const deltas = chunks.flatMap((chunk) => chunk.choices.map((choice) => choice.delta.content ?? ''));
  return { chunks, deltas, text: deltas.join('') };
}

describe('chat', () => {
  test('a stream spells the same text as a whole answer, with the same usage', async () => {
    const body = { model: 'random', messages: question, temperature: 0, max_completion_tokens: 60 };
    const whole = await model.openai.chat.completions.create(body);
    const { chunks, text } = await readStream({
      ...body,
      stream: true,
      stream_options: { include_usage: true },
    });

    expect(whole.choices[0]?.message).toEqual({ role: 'assistant', content: text, refusal: null });
    expect(text).not.toBe('');
    expect(chunks[0]?.choices[0]?.delta).toEqual({ role: 'assistant', content: '', refusal: null });
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe(whole.choices[0]?.finish_reason);
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: whole.usage });
    expect(chunks.slice(0, -1).every((chunk) => chunk.usage === null)).toBe(true);
    expect(new Set(chunks.map((chunk) => chunk.id)).size).toBe(1);
  });

  test('a stream is made of events that end with [DONE], and has no usage unless it is asked for', async () => {
    const { text, headers } = await model.post('/v1/chat/completions', {
      model: 'random',
      messages: question,
      stream: true,
      max_completion_tokens: 3,
    });
    expect(headers['content-type']).toBe('text/event-stream; charset=utf-8');
    const events = text.split('\n\n');
    expect(events.slice(-2)).toEqual(['data: [DONE]', '']);
    expect(events.slice(0, -1).every((event) => event.startsWith('data: '))).toBe(true);
    expect(text).not.toContain('usage');
  });

  test('usage in every chunk counts up, so that a broken stream can still be billed', async () => {
    const { text } = await model.post('/v1/chat/completions', {
      model: 'random',
      messages: question,
      stream: true,
      stream_options: { include_usage: true, continuous_usage_stats: true },
      max_completion_tokens: 5,
      seed: 3,
    });
    const counts = [...text.matchAll(/"completion_tokens":(\d+)/g)].map(([, count]) => Number(count));
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    expect(counts[0]).toBe(0);
    expect(new Set(counts).size).toBeGreaterThan(3);
  });

  test('the same seed gives the same answer, another seed another', async () => {
    const ask = (seed: number) => model.ask({ seed, max_tokens: 30 });
    const [first, again, other] = [await ask(1), await ask(1), await ask(-(2 ** 40))];
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  test('max_tokens ends an answer exactly there, and so does the end of the context', async () => {
    const body = { model: 'random', messages: question, temperature: 0 };
    const short = await model.openai.chat.completions.create({ ...body, max_completion_tokens: 7 });
    expect(short.usage?.completion_tokens).toBe(7);
    expect(short.choices[0]?.finish_reason).toBe('length');
    const long = await model.openai.chat.completions.create({ ...body, max_completion_tokens: 1_000_000 });
    expect(long.usage?.total_tokens).toBe(model.server.contextTokens);
    expect(long.choices[0]?.finish_reason).toBe('length');
  });

  test('a stop sequence ends the answer before it', async () => {
    const body = { model: 'random', messages: question, temperature: 0, max_completion_tokens: 60 };
    const whole = (await model.openai.chat.completions.create(body)).choices[0]?.message.content ?? '';
    const stop = whole.slice(20, 24);
    const stopped = await model.openai.chat.completions.create({ ...body, stop: [stop, 'never written'] });
    expect(stopped.choices[0]?.message.content).toBe(whole.slice(0, whole.indexOf(stop)));
    expect(stopped.choices[0]?.finish_reason).toBe('stop');
  });

  test('a JSON schema is kept even by a model that knows nothing', async () => {
    const schema = {
      type: 'object',
      properties: {
        name: { type: 'string', maxLength: 8 },
        isOpen: { type: 'boolean' },
        level: { enum: ['low', 'high', 3, null] },
        numbers: { type: 'array', items: { type: 'integer' }, minItems: 2, maxItems: 2 },
        next: { anyOf: [{ $ref: '#/$defs/end' }, { type: 'null' }] },
      },
      required: ['name', 'isOpen', 'level', 'numbers', 'next'],
      $defs: { end: { const: { 'quoted "key"': 'back\\slash' } } },
    };
    const answer = await model.openai.chat.completions.create({
      model: 'random',
      messages: question,
      max_completion_tokens: 400,
      response_format: { type: 'json_schema', json_schema: { name: 'thing', strict: true, schema } },
    });
    expect(answer.choices[0]?.finish_reason).toBe('stop');
    const thing = z.strictObject({
      name: z.string().max(8),
      isOpen: z.boolean(),
      level: z.literal(schema.properties.level.enum),
      numbers: z.tuple([z.int(), z.int()]),
      next: z.union([z.strictObject({ 'quoted "key"': z.literal('back\\slash') }), z.null()]),
    });
    expect(thing.safeParse(JSON.parse(answer.choices[0]?.message.content ?? ''))).toMatchObject({
      success: true,
    });
  });

  test('an answer in JSON mode begins like an object', async () => {
    const answer = await model.openai.chat.completions.create({
      model: 'random',
      messages: question,
      max_completion_tokens: 20,
      response_format: { type: 'json_object' },
    });
    expect(answer.choices[0]?.message.content).toMatch(/^\{ ?["}]/);
  });

  test('characters of several bytes are never split between chunks', async () => {
    const said = '你好，世界 🙂🙃 naïve';
    const { deltas, text } = await readStream({
      model: 'random',
      messages: question,
      stream: true,
      response_format: { type: 'json_schema', json_schema: { name: 'words', schema: { const: said } } },
    });
    expect(text).toBe(JSON.stringify(said));
    expect(deltas.filter((delta) => /[\uFFFD\p{Surrogate}]/u.test(delta))).toEqual([]);
    expect(deltas).toContain('你');
    expect(deltas).toContain('🙂');
  });
});

describe('usage', () => {
  let vocabulary: LlamaModel;
  beforeAll(async () => {
    const llama = await getLlama({ build: 'never', gpu: false, maxThreads: 1, logger: () => {} });
    vocabulary = await llama.loadModel({ modelPath: model.options.weightsPath, vocabOnly: true });
  });
  afterAll(() => vocabulary.llama.dispose());

  test('prompt tokens of a chat are those of the template and the messages, and nothing else', async () => {
    const content = 'ka lo 你 <|im_end|> ti';
    const control = ['<|im_start|>user\n', '<|im_end|>', '<|im_start|>assistant\n'];
    const expected =
      1 +
      vocabulary.tokenize(content).length +
      control.flatMap((text) => vocabulary.tokenize(text, true)).length;
    const answer = await model.openai.chat.completions.create({
      model: 'random',
      messages: [{ role: 'user', content: [{ type: 'text', text: content }] }],
      max_completion_tokens: 1,
    });
    expect(answer.usage).toEqual({
      prompt_tokens: expected,
      completion_tokens: 1,
      total_tokens: expected + 1,
    });
  });

  test('tokens of an answer are those that its text has', async () => {
    // Characters outside the vocabulary can be written in one way only: byte by byte.
    const said = '你好🙂';
    const answer = await model.openai.chat.completions.create({
      model: 'random',
      messages: question,
      response_format: { type: 'json_schema', json_schema: { name: 'words', schema: { const: said } } },
    });
    expect(answer.choices[0]).toMatchObject({ message: { content: `"${said}"` }, finish_reason: 'stop' });
    expect(answer.usage?.completion_tokens).toBe(vocabulary.tokenize(`"${said}"`).length);
  });

  test('prompts of a completion count their tokens and the beginning mark, over all choices', async () => {
    const prompts = ['lo ti', 'ka'];
    const answer = await model.openai.completions.create({
      model: 'random',
      prompt: prompts,
      max_tokens: 2,
      temperature: 0,
    });
    expect(answer.choices.map((choice) => choice.index)).toEqual([0, 1]);
    expect(answer.usage?.prompt_tokens).toBe(
      prompts.reduce((sum, prompt) => sum + 1 + vocabulary.tokenize(prompt).length, 0),
    );
    expect(answer.usage?.completion_tokens).toBe(4);
  });
});
