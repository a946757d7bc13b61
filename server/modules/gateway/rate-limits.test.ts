import OpenAI from 'openai';
import { expect } from 'vitest';
import { answerWell } from '../../testing/fake-upstream.ts';
import { postChat, test } from '../../testing/gateway.ts';
import { aGate, ask, counted, minuteMs } from './rates.fixture.ts';

/** The clock of tests stands at 03:20:00. */
const nextMinute = '2026-11-02T03:21:00Z';

test('D-KEY-3 a key may be used so many times a minute; the next request hears when it may come again, in the form of OpenAI', async ({
  cloud,
  clock,
}) => {
  const customer = await cloud.customer(100_000_000n, { requestsPerMinute: 3 });
  for (const remaining of ['2', '1', '0']) {
    const answer = await postChat(cloud, customer);
    await answer.text();
    expect(answer.status).toBe(200);
    expect(answer.headers.get('x-ratelimit-limit-requests')).toBe('3');
    expect(answer.headers.get('x-ratelimit-remaining-requests')).toBe(remaining);
    expect(answer.headers.get('x-ratelimit-reset-requests')).toBe('1m0s');
  }
  clock.advanceMs(15_000);
  const refused = await postChat(cloud, customer);
  expect(refused.status).toBe(429);
  expect(refused.headers.get('retry-after')).toBe('45');
  expect(refused.headers.get('x-ratelimit-remaining-requests')).toBe('0');
  expect(refused.headers.get('x-ratelimit-reset-requests')).toBe('45s');
  expect(await refused.json()).toEqual({
    error: {
      message: 'Rate limit reached for this API key: 3 requests per minute.',
      type: 'requests',
      param: null,
      code: 'rate_limit_exceeded',
    },
  });
  const failure = await customer.client.chat.completions
    .create({ model: cloud.modelId, messages: [{ role: 'user', content: 'x' }] })
    .catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(OpenAI.RateLimitError);
  expect(await cloud.usage(customer, 3)).toHaveLength(3);
  expect(cloud.upstream.seen).toHaveLength(3);
  clock.advanceMs(45_000);
  expect(await ask([cloud], customer, 4)).toEqual({ passed: 3, statuses: [200, 429] });
});

test('D-KEY-3 limits are said and refused in the form of Anthropic on its routes', async ({ cloud }) => {
  const customer = await cloud.customer(100_000_000n, { requestsPerMinute: 1, tokensPerMinute: 5000 });
  const post = () =>
    fetch(`${cloud.url}/v1/messages`, {
      method: 'POST',
      headers: { 'x-api-key': customer.secret, 'content-type': 'application/json' },
      body: JSON.stringify({
        model: cloud.modelId,
        max_tokens: 10,
        messages: [{ role: 'user', content: 'Hello' }],
      }),
    });
  const first = await post();
  expect(first.status).toBe(200);
  await first.text();
  const { headers } = first;
  expect(headers.get('anthropic-ratelimit-requests-limit')).toBe('1');
  expect(headers.get('anthropic-ratelimit-requests-remaining')).toBe('0');
  expect(headers.get('anthropic-ratelimit-requests-reset')).toBe(nextMinute);
  expect(headers.get('anthropic-ratelimit-tokens-limit')).toBe('5000');
  expect(Number(headers.get('anthropic-ratelimit-tokens-remaining'))).toBeLessThan(4990);
  expect(headers.get('x-ratelimit-limit-requests')).toBeNull();
  const refused = await post();
  expect(refused.status).toBe(429);
  expect(refused.headers.get('retry-after')).toBe('60');
  expect(await refused.json()).toMatchObject({
    type: 'error',
    error: {
      type: 'rate_limit_error',
      message: 'Rate limit reached for this API key: 1 request per minute.',
    },
  });
});

test('D-KEY-3 tokens of a minute count as expected while a request runs and as used when it is over, also what an answer used beyond', async ({
  cloud,
  clock,
}) => {
  const customer = await cloud.customer(100_000_000n, { tokensPerMinute: 3000 });
  const remainingAfter = async (more: object = { max_tokens: 10 }) => {
    const answer = await postChat(cloud, customer, more);
    await answer.text();
    return Number(answer.headers.get('x-ratelimit-remaining-tokens'));
  };
  const first = await remainingAfter();
  const expected = 3000 - first;
  expect(expected).toBeGreaterThan(13);
  // The first one used 13: ten read and three written.
  expect(await remainingAfter()).toBe(3000 - 13 - expected);
  cloud.upstream.script(answerWell({ inputTokens: 10, outputTokens: 4000 }));
  await remainingAfter({});
  const refused = await postChat(cloud, customer, { max_tokens: 10 });
  expect(refused.status).toBe(429);
  expect(refused.headers.get('x-ratelimit-remaining-tokens')).toBe('0');
  expect(refused.headers.get('x-ratelimit-limit-requests')).toBeNull();
  expect(await refused.json()).toMatchObject({
    error: { type: 'tokens', code: 'rate_limit_exceeded' },
  });
  clock.advanceMs(minuteMs);
  cloud.upstream.script(answerWell());
  expect(await ask([cloud], customer, 1, { max_tokens: 100_000 }), 'larger than the limit').toMatchObject({
    passed: 1,
  });
});

test('D-KEY-3 a key has so many requests at once, and a place is free when its answer is over', async ({
  cloud,
}) => {
  const customer = await cloud.customer(100_000_000n, { parallelRequests: 2 });
  const { gate, open } = aGate();
  cloud.upstream.script(answerWell({ gates: { 1: gate } }));
  const streams = await Promise.all(
    [1, 2].map(() => postChat(cloud, customer, { stream: true, max_tokens: 10 })),
  );
  expect(streams.map(({ status }) => status)).toEqual([200, 200]);
  const refused = await postChat(cloud, customer, { max_tokens: 10 });
  expect(refused.status).toBe(429);
  expect(refused.headers.get('retry-after')).toBe('1');
  expect(await refused.json()).toMatchObject({
    error: { message: 'Rate limit reached for this API key: 2 requests at once.', type: 'requests' },
  });
  open();
  await Promise.all(streams.map((stream) => stream.text()));
  expect(await ask([cloud], customer, 2)).toEqual({ passed: 2, statuses: [200] });
});

test('a limit that its owner changes holds from the next request on, and what is free of limits is counted nowhere', async ({
  cloud,
  database,
}) => {
  const customer = await cloud.customer(100_000_000n);
  const free = await postChat(cloud, customer);
  await free.text();
  expect([...free.headers.keys()].filter((name) => name.includes('ratelimit'))).toEqual([]);
  const stranger = await postChat(cloud, { ...customer, secret: `sk-${'0'.repeat(43)}` });
  expect(stranger.status).toBe(401);
  expect(await counted(cloud, database, customer)).toBeNull();
  const change = (body: object) =>
    customer.person.call('PATCH', `/api/identity/api-keys/${customer.apiKeyId}`, body);
  expect((await change({ requestsPerMinute: 1 })).json()).toMatchObject({
    requestsPerMinute: 1,
    tokensPerMinute: null,
  });
  await cloud.untilHeard();
  expect(await ask([cloud], customer, 3)).toMatchObject({ passed: 1 });
  await change({ requestsPerMinute: 2 });
  await cloud.untilHeard();
  expect(await ask([cloud], customer, 3)).toMatchObject({ passed: 1 });
  await change({ requestsPerMinute: null });
  await cloud.untilHeard();
  expect(await ask([cloud], customer, 3)).toMatchObject({ passed: 3 });
  for (const wrong of [{ requestsPerMinute: 0 }, { tokensPerMinute: 1.5 }, { parallelRequests: -1 }])
    expect((await change(wrong)).statusCode).toBe(400);
});

test('what cannot be counted does not start, beyond what was taken of a limit before', async ({
  cloud,
  database,
}) => {
  const customer = await cloud.customer(100_000_000n, { requestsPerMinute: 200 });
  expect((await ask([cloud], customer, 1)).passed).toBe(1);
  await database.admin.query('alter table gateway.rate_counters rename to rate_counters_away');
  const { statuses } = await ask([cloud], customer, 30);
  await database.admin.query('alter table gateway.rate_counters_away rename to rate_counters');
  expect(statuses).toEqual([200, 500]);
  expect((await ask([cloud], customer, 1)).passed).toBe(1);
});
