import { expect } from 'vitest';
import { test } from '../../testing/gateway.ts';

const messages = [{ role: 'user' as const, content: 'Say hello' }];
/** Enough for a text of this size, although the upstream will report few tokens. */
const plenty = 1_000_000_000_000n;

test('a slow reader slows the upstream down instead of filling our memory', async ({ cloud }) => {
  const customer = await cloud.customer(plenty);
  const state = { sent: 0, isDone: false };
  cloud.upstream.script(async (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const event = `data: {"choices":[{"index":0,"delta":{"content":"${'x'.repeat(60_000)}"}}]}\n\n`;
    for (; state.sent < 400; state.sent += 1) {
      if (!response.write(event)) await new Promise((resolve) => response.once('drain', resolve));
    }
    state.isDone = true;
    response.end(
      'data: {"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":400}}\n\ndata: [DONE]\n\n',
    );
  });
  const answer = await fetch(`${cloud.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${customer.secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: cloud.modelId, messages, stream: true, max_tokens: 500 }),
  });
  const reader = answer.body?.getReader();
  await reader?.read();
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(state.isDone).toBe(false);
  let bytes = 0;
  for (let part = await reader?.read(); part?.done === false; part = await reader?.read())
    bytes += (part.value as Uint8Array).length;
  expect(bytes).toBeGreaterThan(390 * 60_000);
  expect(await cloud.usage(customer, 1)).toMatchObject([{ output_tokens: 400, outcome: 'completed' }]);
});
