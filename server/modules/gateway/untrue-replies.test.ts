import { expect } from 'vitest';
import { answerWell, sendJson } from '../../testing/fake-upstream.ts';
import { postChat, test } from '../../testing/gateway.ts';

// What an upstream says of itself is not believed, or not shown, where it cannot be true or is not for the client.

const messages = [{ role: 'user' as const, content: 'Say hello' }];
const plenty = 100_000_000n;

test('a server that reports no tokens for an answer with text has not counted: the call is estimated, not free', async ({
  cloud,
}) => {
  const customer = await cloud.customer(plenty);
  const words = Array.from({ length: 30 }, () => 'word ');
  const reports = [
    { inputTokens: 0, outputTokens: 0 },
    { inputTokens: 12, outputTokens: 0 },
    { inputTokens: -1000, outputTokens: -5000 },
  ];
  for (const report of reports) {
    cloud.upstream.script(answerWell({ words, ...report }));
    const whole = await customer.client.chat.completions.create({ model: cloud.modelId, messages });
    expect(whole.usage).toBeNull();
    for await (const chunk of await customer.client.chat.completions.create({
      model: cloud.modelId,
      messages,
      stream: true,
      stream_options: { include_usage: true },
    }))
      expect(chunk.usage ?? null).toBeNull();
  }
  for (const row of await cloud.usage(customer, 2 * reports.length)) {
    expect(row).toMatchObject({ is_estimated: true, outcome: 'completed' });
    expect(row.input_tokens).toBeGreaterThan(0);
    expect(row.output_tokens).toBeGreaterThan(25);
  }
});

test('an error that an upstream reports inside a stream is reported in our words, ends it without [DONE] and is its failure', async ({
  cloud,
}) => {
  const customer = await cloud.customer(plenty);
  cloud.upstream.script((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: {"choices":[{"index":0,"delta":{"content":"half"}}]}\n\n');
    response.write('data: {"error":{"message":"out of memory at 10.0.0.5","code":"oom"}}\n\n');
    response.end('data: {"choices":[{"index":0,"delta":{"content":"after"}}]}\n\ndata: [DONE]\n\n');
  });
  const answer = await postChat(cloud, customer, { stream: true });
  const [half, error, nothing] = (await answer.text()).split('\n\n');
  expect(half).toContain('half');
  expect(JSON.parse((error ?? '').slice('data: '.length))).toMatchObject({
    error: { code: 'upstream_failed', type: 'server_error' },
  });
  expect(error).not.toContain('10.0.0.5');
  expect(nothing).toBe('');
  expect(await cloud.usage(customer, 1)).toMatchObject([{ outcome: 'upstream_failed', charge_micros: 0n }]);
});

test('a count that cannot be is bounded by what the model can read and write, and a bound that the upstream ignores makes nothing free', async ({
  cloud,
}) => {
  const customer = await cloud.customer(plenty);
  const create = (more: object) =>
    customer.client.chat.completions.create({ model: cloud.modelId, messages, stream: false, ...more });
  cloud.upstream.script(answerWell({ inputTokens: 90_000_000, outputTokens: 90_000_000 }));
  await create({ max_tokens: 20 });
  const words = Array.from({ length: 200 }, () => 'longer ');
  cloud.upstream.script(answerWell({ words, inputTokens: 12 }));
  await create({ max_tokens: 1 });
  for await (const _chunk of await customer.client.chat.completions.create({
    model: cloud.modelId,
    messages,
    stream: true,
    max_completion_tokens: 1,
  }));
  expect(await cloud.usage(customer, 3)).toMatchObject([
    { input_tokens: 8192, output_tokens: 20 },
    { input_tokens: 12, output_tokens: 200 },
    { input_tokens: 12, output_tokens: 200 },
  ]);
});

test('a whole answer of more than a megabyte without a report is estimated, and one that is no answer is none', async ({
  cloud,
}) => {
  const customer = await cloud.customer(100_000_000_000n);
  const create = () => customer.client.chat.completions.create({ model: cloud.modelId, messages });
  cloud.upstream.script(answerWell({ words: ['x'.repeat(1_500_000)], reportsUsage: false }));
  await create();
  const [row] = await cloud.usage(customer, 1);
  expect(row).toMatchObject({ outcome: 'completed', is_estimated: true });
  expect(row?.output_tokens).toBeGreaterThanOrEqual(500_000);
  cloud.upstream.script((_request, response) => sendJson(response, 200, { log: 'x'.repeat(1_500_000) }));
  await expect(create()).rejects.toMatchObject({ status: 502 });
});

test('words of an upstream that are no event of an answer reach no client', async ({ cloud }) => {
  const customer = await cloud.customer(plenty);
  const hello = 'data: {"choices":[{"index":0,"delta":{"content":"Hello"}}]}\n\n';
  for (const words of [
    '{"detail":"traceback of 10.0.0.5"}',
    '{not json, traceback of 10.0.0.5',
    '10.0.0.5',
  ]) {
    cloud.upstream.script((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(`${hello}data: ${words}\n\n${hello}data: [DONE]\n\n`);
    });
    const text = await (await postChat(cloud, customer, { stream: true })).text();
    expect(text).toContain('Hello');
    expect(text).not.toContain('10.0.0.5');
  }
});
