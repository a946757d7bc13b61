import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readRequest } from './read-request.ts';
import { rewriteRequest } from './rewrite-request.ts';
import { createTokenStatistics } from './token-statistics.ts';
import { textUsage } from './usage.ts';

const messages = [{ role: 'user', content: 'hello' }];

function aRequest(fields: object, endpoint: Parameters<typeof readRequest>[0] = 'chat/completions') {
  return readRequest(
    endpoint,
    Buffer.from(JSON.stringify({ model: 'm', messages, prompt: 'x', input: 'x', ...fields })),
  );
}

const namingFields = [
  'user',
  'user_profile_id',
  'metadata',
  'safety_identifier',
  'prompt_cache_key',
  'store',
];

const others = fc.dictionary(
  fc
    .string()
    .filter(
      (name) =>
        ![
          'model',
          'messages',
          'stream',
          'stream_options',
          'apiKeyId',
          ...namingFields,
          'n',
          'max_tokens',
          'max_completion_tokens',
          'tools',
          'functions',
          'response_format',
        ].includes(name),
    ),
  fc.jsonValue({ maxDepth: 3 }),
  { noNullPrototype: true, maxKeys: 6 },
);

test('fields that name a person reach no upstream, wherever they stand in the body', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray([...namingFields, 'apiKeyId', 'temperature', 'seed', 'stop'], { minLength: 1 }),
      fc.nat({ max: 8 }),
      fc.boolean(),
      async (names, at, stream) => {
        const rest: [string, unknown][] = names.map((name) => [name, { of: name }]);
        rest.splice(at % (rest.length + 1), 0, ['model', 'm'], ['messages', messages], ['stream', stream]);
        const facts = await readRequest(
          'chat/completions',
          Buffer.from(JSON.stringify(Object.fromEntries(rest))),
        );
        const sent = JSON.parse(
          rewriteRequest(facts, {
            upstreamModel: 'm',
            continuousUsage: false,
            maxOutputTokens: null,
          }).toString(),
        ) as Record<string, unknown>;
        const kept = names.filter((name) => ['temperature', 'seed', 'stop'].includes(name));
        expect(
          Object.keys(sent)
            .filter((name) => name !== 'stream_options')
            .toSorted(),
        ).toEqual(['model', 'messages', 'stream', ...kept].toSorted());
      },
    ),
  );
});

test('only the model, the usage option and our own field change on the way to the upstream, whatever else is there', async () => {
  await fc.assert(
    fc.asyncProperty(
      others,
      fc.string({ minLength: 1 }),
      fc.boolean(),
      fc.constantFrom(undefined, null, {}, { include_usage: false, x: 1 }),
      fc.boolean(),
      fc.constantFrom(undefined, 2),
      fc.boolean(),
      fc.boolean(),
      async (
        extra,
        upstreamModel,
        stream,
        streamOptions,
        hasOwnField,
        space,
        ownFieldFirst,
        continuousUsage,
      ) => {
        const own = hasOwnField ? { apiKeyId: 'key_1' } : {};
        const sent = {
          ...(ownFieldFirst ? own : {}),
          ...extra,
          model: 'alias',
          messages,
          stream,
          ...(streamOptions === undefined ? {} : { stream_options: streamOptions }),
          ...(ownFieldFirst ? {} : own),
        };
        const facts = await readRequest('chat/completions', Buffer.from(JSON.stringify(sent, null, space)));
        const got = JSON.parse(
          rewriteRequest(facts, { upstreamModel, continuousUsage, maxOutputTokens: null }).toString(),
        ) as Record<string, unknown>;
        const { apiKeyId: _own, ...expected } = JSON.parse(JSON.stringify(sent)) as Record<string, unknown>;
        const forced = {
          ...streamOptions,
          include_usage: true,
          ...(continuousUsage ? { continuous_usage_stats: true } : {}),
        };
        expect(got).toEqual({
          ...expected,
          model: upstreamModel,
          ...(stream ? { stream_options: forced } : {}),
        });
      },
    ),
  );
});

test('bytes without need of change are the same bytes', async () => {
  const body = Buffer.from('{"model":"m" , "messages":[ ],"temperature":1.0e0}');
  expect(
    rewriteRequest(await readRequest('chat/completions', body), {
      upstreamModel: 'm',
      continuousUsage: true,
      maxOutputTokens: null,
    }),
  ).toBe(body);
});

test('the number of answers counts in the estimate: n, best_of and several prompts', async () => {
  const statistics = createTokenStatistics();
  const outputOf = async (fields: object, endpoint?: Parameters<typeof readRequest>[0]) =>
    statistics.estimate(await aRequest(fields, endpoint), 8192).outputTokens;
  expect(await outputOf({ max_tokens: 10 })).toBe(10);
  // Some servers take these for no bound.
  for (const none of [0, -1]) expect(await outputOf({ max_tokens: none })).toBe(await outputOf({}));
  expect(await outputOf({ max_tokens: 10, max_completion_tokens: 7 })).toBe(7);
  expect(await outputOf({ max_tokens: 10, n: 3 })).toBe(30);
  expect(await outputOf({ max_tokens: 1_000_000, n: 2 })).toBe(2 * 8192);
  expect(await outputOf({ max_tokens: 10, prompt: ['a', 'b'], best_of: 4, n: 2 }, 'completions')).toBe(80);
  expect(await outputOf({ max_tokens: 10, prompt: [1, 2, 3] }, 'completions')).toBe(10);
  expect(await outputOf({ max_tokens: 10, prompt: [[1], [2]] }, 'completions')).toBe(20);
  expect(await outputOf({}, 'embeddings')).toBe(0);
});

test('a long prompt is expected to fill the context, a batch of embeddings may be longer', async () => {
  const statistics = createTokenStatistics();
  const long = 'x'.repeat(1_000_000);
  expect(
    statistics.estimate(await aRequest({ messages: [{ role: 'user', content: long }] }), 8192).inputTokens,
  ).toBe(8192);
  expect(
    statistics.estimate(await aRequest({ input: [long] }, 'embeddings'), 8192).inputTokens,
  ).toBeGreaterThan(300_000);
});

test('estimates learn how long answers are and how many bytes a token has', async () => {
  const statistics = createTokenStatistics();
  const facts = await aRequest({ messages: [{ role: 'user', content: '文'.repeat(2000) }] });
  const before = statistics.estimate(facts, 100_000);
  for (let turn = 0; turn < 64; turn += 1)
    statistics.learn(facts, textUsage(Math.round(facts.inputBytes / 2), 100 + turn));
  const after = statistics.estimate(facts, 100_000);
  expect(after.inputTokens).toBeGreaterThan(before.inputTokens);
  expect(before.outputTokens).toBe(1024);
  expect(after.outputTokens).toBeGreaterThanOrEqual(163);
  expect(after.outputTokens).toBeLessThan(250);
});

test('a list longer than models take is refused by its count, and a prompt of token ids is one text', async () => {
  const of = (fields: object, endpoint?: Parameters<typeof readRequest>[0]) => aRequest(fields, endpoint);
  const many = (length: number, element: unknown) => Array.from({ length }, () => element);
  await expect(of({ messages: many(16_385, {}) })).rejects.toMatchObject({
    fields: {
      param: 'messages',
      detail: "Invalid value for 'messages': it must hold at most 16384 elements.",
    },
  });
  await expect(of({ prompt: many(2049, 'x') }, 'completions')).rejects.toMatchObject({
    fields: { param: 'prompt' },
  });
  await expect(of({ input: many(2049, [1]) }, 'embeddings')).rejects.toMatchObject({
    fields: { param: 'input' },
  });
  await expect(of({ stream: true, stream_options: { x: 'x'.repeat(5000) } })).rejects.toMatchObject({
    fields: { param: 'stream_options' },
  });
  expect(await of({ prompt: many(5000, 7), n: 2 }, 'completions')).toMatchObject({ choices: 2 });
});
