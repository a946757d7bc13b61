import { expect, onTestFinished } from 'vitest';
import { answerWell } from '../../testing/fake-upstream.ts';
import { test } from '../../testing/gateway.ts';

const requests = 12;

async function call(
  url: string,
  secret: string,
  model: string,
  stream: boolean,
): Promise<{ requestId: string; text: string }> {
  const answer = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model, stream, messages: [{ role: 'user', content: 'hi' }] }),
  });
  expect(answer.status).toBe(200);
  return { requestId: answer.headers.get('x-request-id') ?? '', text: await answer.text() };
}

test('whoever has heard the end of an answer finds its charge in the books at that moment', async ({
  cloud,
  database,
}) => {
  const customer = await cloud.customer(100_000_000n);
  for (let i = 0; i < requests; i += 1) {
    const { requestId } = await call(cloud.url, customer.secret, cloud.modelId, i % 2 === 0);
    const booked = await database.admin.query('select 1 from billing.usage_events where request_id = $1', [
      requestId,
    ]);
    expect(booked.rows).toHaveLength(1);
  }
  expect((await cloud.balance(customer)).posted).toBe(100_000_000n - BigInt(requests) * 16_000n);
});

test('a client that stops reading at [DONE] has not received it before the charge was booked', async ({
  cloud,
  database,
}) => {
  const customer = await cloud.customer(100_000_000n);
  cloud.upstream.script(answerWell({ words: ['data: [DONE]', 'and more'] }));
  const lock = await database.admin.connect();
  onTestFinished(() => lock.release(true));
  await lock.query('begin; lock table billing.usage_events in access exclusive mode');
  const answer = await fetch(`${cloud.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${customer.secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: cloud.modelId, stream: true, messages: [{ role: 'user', content: 'hi' }] }),
  });
  const decoder = new TextDecoder();
  let text = '';
  const reader = answer.body?.getReader();
  if (reader === undefined) throw new Error('the answer has no body');
  while (!text.includes('and more')) text += decoder.decode((await reader.read()).value);
  expect(text).not.toMatch(/^data: \[DONE\]/m);
  await lock.query('rollback');
  for (let part = await reader.read(); !part.done; part = await reader.read())
    text += decoder.decode(part.value);
  expect(text).toMatch(/^data: \[DONE\]\n\n$/m);
});
