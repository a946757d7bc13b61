import { expect } from 'vitest';
import { answerWell } from '../../testing/fake-upstream.ts';
import { test } from '../../testing/gateway.ts';

const messages = [{ role: 'user', content: 'Say hello' }];

test('the playground answers like the model routes, on a key of its own', async ({ cloud }) => {
  const { person } = await cloud.customer(10_000_000n);
  const answer = await person.call('POST', '/api/gateway/playground/chat', {
    apiKeyId: 'key_x',
    model: cloud.modelId,
    messages,
  });
  expect(answer.statusCode).toBe(200);
  expect(answer.json<{ choices: { message: { content: string } }[] }>().choices[0]?.message.content).toBe(
    'Hello world!',
  );
  expect(cloud.upstream.seen[0]?.body).not.toHaveProperty('apiKeyId');
  const streamed = await person.call('POST', '/api/gateway/playground/chat', {
    model: cloud.modelId,
    messages,
    stream: true,
    stream_options: { include_usage: true },
  });
  expect(streamed.headers['content-type']).toContain('text/event-stream');
  expect(streamed.body).toContain('"completion_tokens":3');
  await expect
    .poll(
      async () =>
        (await person.call('GET', '/api/billing/usage/events')).json<{
          items: { apiKeyName: string; chargeMicros: number }[];
        }>().items,
      { timeout: 10_000 },
    )
    .toMatchObject([
      { apiKeyName: 'playground', chargeMicros: 16_000 },
      { apiKeyName: 'playground', chargeMicros: 16_000 },
    ]);
});

test('in the playground failures are problems with a code the console translates', async ({ cloud }) => {
  const { person } = await cloud.customer(0n);
  const poor = await person.call('POST', '/api/gateway/playground/chat', { model: cloud.modelId, messages });
  expect(poor.statusCode).toBe(402);
  expect(poor.json()).toMatchObject({ code: 'wallet.insufficient_balance', status: 402 });
  const unknown = await person.call('POST', '/api/gateway/playground/chat', { model: 'none', messages });
  expect(unknown.json()).toMatchObject({ code: 'gateway.model_not_found', status: 404 });
  const rich = await cloud.customer(10_000_000n);
  cloud.upstream.script((_request, response) => void response.destroy());
  const failed = await rich.person.call('POST', '/api/gateway/playground/chat', {
    model: cloud.modelId,
    messages,
  });
  expect(failed.headers['content-type']).toContain('application/problem+json');
  expect(failed.json()).toMatchObject({ code: 'gateway.upstream_failed', status: 502 });
});

test('nobody plays without a session, nor from a foreign page', async ({ cloud, app }) => {
  const payload = { model: cloud.modelId, messages };
  expect(
    (await app.inject({ method: 'POST', url: '/api/gateway/playground/chat', payload })).statusCode,
  ).toBe(401);
  const { person, secret } = await cloud.customer(10_000_000n);
  const withKey = await app.inject({
    method: 'POST',
    url: '/api/gateway/playground/chat',
    payload,
    headers: { authorization: `Bearer ${secret}` },
  });
  expect(withKey.statusCode).toBe(401);
  const forged = await app.inject({
    method: 'POST',
    url: '/api/gateway/playground/chat',
    payload,
    headers: { cookie: person.headers.cookie },
  });
  expect(forged.statusCode).toBe(403);
});

test('a request that comes back through an upstream is refused instead of going round', async ({ cloud }) => {
  const customer = await cloud.customer(10_000_000n);
  cloud.upstream.script(answerWell());
  await customer.client.chat.completions.create({
    model: cloud.modelId,
    messages: [{ role: 'user', content: 'x' }],
  });
  const via = cloud.upstream.seen[0]?.headers.via ?? '';
  expect(via).not.toBe('');
  const back = await fetch(`${cloud.url}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${customer.secret}`,
      'content-type': 'application/json',
      via: `1.1 other, ${via}`,
    },
    body: JSON.stringify({ model: cloud.modelId, messages }),
  });
  expect(back.status).toBe(508);
  expect(cloud.upstream.seen).toHaveLength(1);
});
