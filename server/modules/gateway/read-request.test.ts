import { expect, test } from 'vitest';
import { longestModelId } from '../catalog/index.ts';
import type { Endpoint } from './endpoint-rules.ts';
import { readRequest, type RequestFacts } from './read-request.ts';

const chat = (content: Buffer) =>
  Buffer.concat([
    Buffer.from('{"model":"m","messages":[{"role":"user","content":"'),
    content,
    Buffer.from('"}]}'),
  ]);

test('a body with bytes that are no UTF-8, wherever they stand, is refused before anything is forwarded', async () => {
  for (const bytes of [[0xff], [0xc3, 0x28], [0xed, 0xa0, 0x80], [0xf0, 0x9f, 0x98]])
    await expect(readRequest('chat/completions', chat(Buffer.from(bytes)))).rejects.toMatchObject({
      status: 400,
      code: 'gateway.malformed_request',
      fields: { detail: 'The body must be valid UTF-8.' },
    });
  const read = await readRequest('chat/completions', chat(Buffer.from('你好 😀')));
  expect(read.modelId).toBe('m');
});

const needed = { model: 'm', messages: [], prompt: 'x', input: 'x' };
const read = (fields: object, endpoint: Endpoint = 'chat/completions') =>
  readRequest(endpoint, Buffer.from(JSON.stringify({ ...needed, ...fields })));

/** What a client reads who sends these fields. */
async function refusalOf(fields: object | string, endpoint: Endpoint = 'chat/completions') {
  const asked =
    typeof fields === 'string' ? readRequest(endpoint, Buffer.from(fields)) : read(fields, endpoint);
  const error: unknown = await asked.then(
    () => null,
    (refusal: unknown) => refusal,
  );
  expect(error).toMatchObject({ status: 400, code: 'gateway.malformed_request' });
  const { detail, param } = (error as { fields: { detail: string; param?: string | null } }).fields;
  return [param ?? null, detail.replace(/^Invalid value for '[^']*': it /, '')];
}

test('what is asked for is read from the body, and null is as good as nothing', async () => {
  const asked: [object, Endpoint, Partial<RequestFacts>][] = [
    [{}, 'chat/completions', { modelId: 'm', isStreamed: false, choices: 1, maxOutputTokens: null }],
    [{ stream: null, n: null, max_tokens: null }, 'chat/completions', { isStreamed: false, choices: 1 }],
    [{ stream: true }, 'chat/completions', { isStreamed: true, wantsUsage: false }],
    [{ stream: true, stream_options: null }, 'chat/completions', { wantsUsage: false }],
    [{ stream: true, stream_options: {} }, 'chat/completions', { wantsUsage: false }],
    [{ stream: true, stream_options: { include_usage: null } }, 'chat/completions', { wantsUsage: false }],
    [{ stream: true, stream_options: { include_usage: true } }, 'chat/completions', { wantsUsage: true }],
    [{ stream: false, stream_options: { include_usage: true } }, 'chat/completions', { wantsUsage: false }],
    [{ n: 128, best_of: 'not read here' }, 'chat/completions', { choices: 128 }],
    [{ n: 2, best_of: 5 }, 'completions', { choices: 5 }],
    [{ n: 5, best_of: 2, prompt: ['a', 'b', 'c'] }, 'completions', { choices: 15 }],
    [{ prompt: [] }, 'completions', { choices: 1 }],
    [{ prompt: [7, 8] }, 'completions', { choices: 1 }],
    [{ prompt: [-1, 8] }, 'completions', { choices: 1 }],
    [{ prompt: [[7], [8]] }, 'completions', { choices: 2 }],
    [{ max_tokens: 5 }, 'chat/completions', { maxOutputTokens: 5 }],
    [{ max_tokens: 5, max_completion_tokens: 7 }, 'chat/completions', { maxOutputTokens: 7 }],
    [{ max_tokens: 5, max_completion_tokens: 0 }, 'chat/completions', { maxOutputTokens: 5 }],
    [{ max_tokens: -1 }, 'chat/completions', { maxOutputTokens: null }],
    [{ max_tokens: 5, max_completion_tokens: 7 }, 'completions', { maxOutputTokens: 5 }],
    [{ max_tokens: Number.MAX_SAFE_INTEGER }, 'completions', { maxOutputTokens: Number.MAX_SAFE_INTEGER }],
    [
      { stream: true, n: 3, max_tokens: 5 },
      'embeddings',
      { isStreamed: false, wantsUsage: false, choices: 0, maxOutputTokens: 0 },
    ],
    [{ model: 'x'.repeat(longestModelId) }, 'chat/completions', { modelId: 'x'.repeat(longestModelId) }],
  ];
  for (const [fields, endpoint, facts] of asked)
    expect(await read(fields, endpoint), JSON.stringify(fields)).toMatchObject(facts);
});

test('what the model reads is counted in bytes of JSON, media by the piece, and no other field is', async () => {
  const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));
  const [messages, tools] = [[{ role: 'user', content: '你好' }], [{ type: 'function' }]];
  const more = { functions: [{}], response_format: { type: 'json' }, seed: 7, user: 'x'.repeat(100) };
  const { inputBytes, mediaTokens } = await read({ messages, tools, ...more });
  expect(inputBytes).toBe(
    [messages, tools, more.functions, more.response_format].reduce((sum, part) => sum + bytesOf(part), 0),
  );
  expect(mediaTokens).toBe(0);
  expect((await read({ prompt: 'abc', suffix: 'de' }, 'completions')).inputBytes).toBe(5 + 4);
  expect((await read({ input: ['abc', 'd'] }, 'embeddings')).inputBytes).toBe(11);
  const url = `data:image/png;base64,${'A'.repeat(5000)}`;
  const seeing = [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }];
  expect(await read({ messages: seeing })).toMatchObject({
    inputBytes: bytesOf(seeing) - url.length,
    mediaTokens: 765,
  });
});

test('a field that cannot be understood is named, with the rule that it breaks', async () => {
  const wholeNumber = 'must be a whole number.';
  const chat: [object, string, string][] = [
    [{ model: 5 }, 'model', 'must be the id of a model.'],
    [{ model: '' }, 'model', 'must be the id of a model.'],
    [{ model: 'x'.repeat(longestModelId + 1) }, 'model', 'must be the id of a model.'],
    [{ stream: 'yes' }, 'stream', 'must be true or false.'],
    [{ stream: true, stream_options: 7 }, 'stream_options', 'must be an object.'],
    [{ stream: true, stream_options: [] }, 'stream_options', 'must be an object.'],
    [
      { stream: true, stream_options: { include_usage: 1 } },
      'stream_options.include_usage',
      'must be true or false.',
    ],
    [{ n: 0 }, 'n', 'must be between 1 and 128.'],
    [{ n: 129 }, 'n', 'must be between 1 and 128.'],
    [{ n: 1.5 }, 'n', wholeNumber],
    [{ n: '2' }, 'n', wholeNumber],
    [{ max_tokens: -2 }, 'max_tokens', `must be between 1 and ${Number.MAX_SAFE_INTEGER}.`],
    [{ max_tokens: 2 ** 53 }, 'max_tokens', wholeNumber],
    [{ max_completion_tokens: 'x' }, 'max_completion_tokens', wholeNumber],
    [{ model: undefined }, 'model', 'You must provide a model parameter.'],
    [{ messages: undefined }, 'messages', "Missing required parameter: 'messages'."],
  ];
  for (const [fields, param, rule] of chat)
    expect(await refusalOf(fields), JSON.stringify(fields)).toEqual([param, rule]);
  expect(await refusalOf({ best_of: 0 }, 'completions')).toEqual(['best_of', 'must be between 1 and 128.']);
  for (const [endpoint, name] of [
    ['completions', 'prompt'],
    ['embeddings', 'input'],
  ] as const)
    expect(await refusalOf({ [name]: undefined }, endpoint)).toEqual([
      name,
      `Missing required parameter: '${name}'.`,
    ]);
  expect(await refusalOf('{"model":"m","messages":[],"stream":true,"stream_options":{"a" 1}}')).toEqual([
    'stream_options',
    'is not valid JSON.',
  ]);
  const twice = 'A field of the body occurs twice.';
  expect(await refusalOf('{"model":"m","model":"n"}')).toEqual(['model', twice]);
  expect(await refusalOf('{"best_of":1,"best_of":1}')).toEqual(['best_of', twice]);
  expect(
    await refusalOf('{"a name of theirs":1,"a name of theirs":1}'),
    'errors may end up anywhere',
  ).toEqual([null, twice]);
  expect(await refusalOf('[]')).toEqual([null, 'The body must be a JSON object.']);
});

test('a small field has 4,096 bytes at most, and each list as many elements as a model takes', async () => {
  const options = (bytes: number) => ({ x: 'x'.repeat(bytes - '{"x":""}'.length) });
  await read({ stream: true, stream_options: options(4096) });
  expect(await refusalOf({ stream: true, stream_options: options(4097) })).toEqual([
    'stream_options',
    'must have at most 4096 bytes.',
  ]);
  const many = (length: number) => Array.from({ length }, () => 'x');
  for (const [name, most, endpoint] of [
    ['messages', 16_384, 'chat/completions'],
    ['tools', 2048, 'chat/completions'],
    ['functions', 2048, 'chat/completions'],
    ['prompt', 2048, 'completions'],
    ['input', 2048, 'embeddings'],
  ] as const) {
    await read({ [name]: many(most) }, endpoint);
    expect(await refusalOf({ [name]: many(most + 1) }, endpoint)).toEqual([
      name,
      `must hold at most ${most} elements.`,
    ]);
  }
});
