import fc from 'fast-check';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { question, startRandomModel, type RandomModel } from './testing/random-model.ts';

let model: RandomModel;
beforeAll(async () => {
  model = await startRandomModel({ listen: { port: 0 } });
});
afterAll(() => model.stop());

describe('completions', () => {
  test('a stream and a whole completion say the same', async () => {
    const body = { model: 'random', prompt: 'bo ka', temperature: 0, max_tokens: 20 };
    const whole = await model.openai.completions.create(body);
    let text = '';
    for await (const chunk of await model.openai.completions.create({ ...body, stream: true })) {
      text += chunk.choices[0]?.text ?? '';
    }
    expect(whole).toMatchObject({
      object: 'text_completion',
      choices: [{ index: 0, text, finish_reason: 'length' }],
    });
  });

  test('token numbers are accepted, but not those outside the vocabulary', async () => {
    const body = { model: 'random', max_tokens: 1 };
    await model.openai.completions.create({ ...body, prompt: [1, 300, 301] });
    await expect(model.openai.completions.create({ ...body, prompt: [1_000_000] })).rejects.toThrow(
      OpenAI.BadRequestError,
    );
  });
});

describe('embeddings', () => {
  test('each input gets a vector of length one, in order, in either encoding', async () => {
    const input = ['bo ka', 'lo', 'bo ka'];
    // The official client asks for base64 and decodes it automatically.
    const decoded = await model.openai.embeddings.create({ model: 'random', input });
    const floats = await model.openai.embeddings.create({ model: 'random', input, encoding_format: 'float' });
    const vectors = decoded.data.map((item) => item.embedding);

    expect(decoded.data.map((item) => item.index)).toEqual([0, 1, 2]);
    expect(vectors.map((vector) => vector.length)).toEqual([64, 64, 64]);
    for (const vector of vectors) expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
    expect(vectors[2]).toEqual(vectors[0]);
    expect(vectors[1]).not.toEqual(vectors[0]);
    for (const [index, item] of floats.data.entries()) {
      expect(item.embedding.map((value) => Math.fround(value))).toEqual(vectors[index]);
    }
    expect(decoded.usage).toEqual(floats.usage);
    expect(decoded.usage).toEqual({ prompt_tokens: 8, total_tokens: 8 });
  });

  test('an input may fill the context', async () => {
    const input = 'é'.repeat(511);
    const answer = await model.openai.embeddings.create({ model: 'random', input });
    expect(answer.usage.prompt_tokens).toBe(1023);
  });

  test('inputs that are empty or too long are refused', async () => {
    await expect(model.openai.embeddings.create({ model: 'random', input: ['bo', ''] })).rejects.toThrow(
      /empty/,
    );
    await expect(
      model.openai.embeddings.create({ model: 'random', input: 'é'.repeat(model.server.contextTokens) }),
    ).rejects.toMatchObject({ status: 400, code: 'context_length_exceeded' });
  });
});

describe('requests that cannot be answered', () => {
  const chat = { model: 'random', messages: question };
  test.for<[string, unknown, Record<string, unknown>]>([
    ['no JSON', '{"model": ', { code: null, param: null }],
    ['no object', '[1]', { code: null, param: null }],
    ['no model', { messages: question }, { param: 'model', code: 'missing_required_parameter' }],
    ['no messages', { model: 'random' }, { param: 'messages', code: 'missing_required_parameter' }],
    ['no message', { model: 'random', messages: [] }, { param: 'messages' }],
    [
      'an unknown role',
      { model: 'random', messages: [{ role: 'king', content: '' }] },
      { param: 'messages.0.role' },
    ],
    [
      'an image',
      { model: 'random', messages: [{ role: 'user', content: [{ type: 'image_url' }] }] },
      { param: 'messages.0.content.0.type' },
    ],
    ['nine choices', { ...chat, n: 9 }, { param: 'n' }],
    [
      'a choice by words of another engine',
      { ...chat, top_k: 40 },
      { param: 'top_k', code: 'unsupported_parameter' },
    ],
    ['effort', { ...chat, reasoning_effort: 'high' }, { param: 'reasoning_effort' }],
    [
      'a name',
      { ...chat, messages: [{ role: 'user', content: 'bo', name: 'Li' }] },
      { param: 'messages.0.name' },
    ],
    [
      'padding',
      { ...chat, stream_options: { include_obfuscation: true } },
      { param: 'stream_options.include_obfuscation' },
    ],
    ['a temperature out of range', { ...chat, temperature: 3 }, { param: 'temperature' }],
    ['no token to write', { ...chat, max_tokens: 0 }, { param: 'max_tokens' }],
    ['five stop sequences', { ...chat, stop: ['a', 'b', 'c', 'd', 'e'] }, { param: 'stop' }],
    ['a tool without a function', { ...chat, tools: [{ type: 'function' }] }, { param: 'tools.0.function' }],
    ['likely tokens without log probabilities', { ...chat, top_logprobs: 3 }, { param: 'top_logprobs' }],
    ['a bias', { ...chat, logit_bias: { 5: 1 } }, { param: 'logit_bias', code: 'unsupported_parameter' }],
    [
      'an impossible schema',
      {
        ...chat,
        response_format: { type: 'json_schema', json_schema: { schema: { type: 'string', pattern: 'a' } } },
      },
      { param: 'response_format' },
    ],
    [
      'a prompt that fills the context',
      { ...chat, messages: [{ role: 'user', content: 'é'.repeat(600) }] },
      { param: 'messages', code: 'context_length_exceeded' },
    ],
  ])('%s: 400 in the shape OpenAI gives errors', async ([, body, error]) => {
    const { status, text } = await model.post('/v1/chat/completions', body);
    expect(status).toBe(400);
    expect(JSON.parse(text)).toMatchObject({ error: { type: 'invalid_request_error', ...error } });
    expect(Object.keys(errorOf(text)).sort()).toEqual(['code', 'message', 'param', 'type']);
  });

  test('whatever a field holds, the server does not fail', async () => {
    const odd = fc.oneof(fc.jsonValue(), fc.constantFrom('', '\ud800', '\0', 2 ** 53, -0.5, [[]], [0, 1]));
    const fields = [
      'model',
      'messages',
      'prompt',
      'input',
      'stream',
      'stream_options',
      'temperature',
      'top_p',
      'seed',
    ];
    const others = [
      'stop',
      'n',
      'max_tokens',
      'presence_penalty',
      'response_format',
      'encoding_format',
      'tools',
    ];
    const path = fc.constantFrom('/v1/chat/completions', '/v1/completions', '/v1/embeddings');
    const changes = fc.dictionary(fc.constantFrom(...fields, ...others), odd, { maxKeys: 2 });
    const valid = { ...chat, prompt: 'bo', input: 'bo', max_tokens: 2 };
    await fc.assert(
      fc.asyncProperty(path, changes, async (url, changed) => {
        const { status, text } = await model.post(url, { ...valid, ...changed });
        expect(status, text).toBeLessThan(500);
      }),
      { numRuns: 300 },
    );
  });

  test('what asks for nothing is let through', async () => {
    const nothing = {
      tools: [],
      tool_choice: 'none',
      logprobs: false,
      n: 1,
      stop: null,
      seed: null,
      user: 'someone',
      metadata: { of: 'someone' },
      store: false,
      service_tier: 'auto',
      best_of: null,
      messages: [{ role: 'user', content: 'bo', name: null }],
    };
    expect(await model.post('/v1/chat/completions', { ...chat, ...nothing, max_tokens: 1 })).toMatchObject({
      status: 200,
    });
  });

  test('an unknown model, an unknown path and a wrong method', async () => {
    await expect(model.openai.chat.completions.create({ ...chat, model: 'other' })).rejects.toMatchObject({
      status: 404,
      code: 'model_not_found',
    });
    expect(await model.post('/v1/nothing', {})).toMatchObject({ status: 404 });
    expect(await model.post('/v1/models', {})).toMatchObject({ status: 405 });
  });

  test('a body that is too large is not read to its end', async () => {
    const sent = model.post(
      '/v1/chat/completions',
      JSON.stringify({ ...chat, padding: 'x'.repeat(2 * 1024 * 1024) }),
    );
    expect(await sent).toMatchObject({ status: 413 });
  });
});

function errorOf(text: string): object {
  return z.object({ error: z.record(z.string(), z.unknown()) }).parse(JSON.parse(text)).error;
}
