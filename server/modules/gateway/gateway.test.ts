import { expect } from 'vitest';
import { answerWell } from '../../testing/fake-upstream.ts';
import { test } from '../../testing/gateway.ts';

const messages = [{ role: 'user' as const, content: 'Say hello' }];

test('a chat is answered, metered and charged', async ({ cloud }) => {
  const customer = await cloud.customer(100_000_000n);
  const reply = await customer.client.chat.completions.create({ model: cloud.modelId, messages });
  expect(reply.choices[0]?.message.content).toBe('Hello world!');
  expect(reply.usage?.total_tokens).toBe(13);
  const [row] = await cloud.usage(customer, 1);
  expect(row).toMatchObject({
    input_tokens: 10,
    output_tokens: 3,
    charge_micros: 16_000n,
    is_estimated: false,
    is_streamed: false,
    outcome: 'completed',
  });
  expect((await cloud.balance(customer)).posted).toBe(100_000_000n - 16_000n);
  expect((await cloud.ledger()).sumMicros).toBe(0n);
});

test('a streamed chat arrives in order without a usage event that was not requested', async ({ cloud }) => {
  const customer = await cloud.customer(100_000_000n);
  cloud.upstream.script(answerWell({ words: ['一', '二', '三'] }));
  const stream = await customer.client.chat.completions.create({
    model: cloud.modelId,
    messages,
    stream: true,
  });
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe('一二三');
  expect(chunks.every((chunk) => chunk.choices.length === 1)).toBe(true);
  const [row] = await cloud.usage(customer, 1);
  expect(row).toMatchObject({
    input_tokens: 10,
    output_tokens: 3,
    charge_micros: 16_000n,
    is_estimated: false,
    is_streamed: true,
    outcome: 'completed',
  });
});
