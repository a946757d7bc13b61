import { connect } from 'node:net';
import { expect } from 'vitest';
import { answerWell } from '../../testing/fake-upstream.ts';
import { type Cloud, type Customer, test } from '../../testing/gateway.ts';

const plenty = 100_000_000n;

function aGate() {
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { gate, open };
}

/** Sends a request and at once closes its side, as `nc -N` does. */
function sendAndClose(cloud: Cloud, { secret }: Customer, more: object) {
  const body = JSON.stringify({
    model: cloud.modelId,
    messages: [{ role: 'user', content: 'Say hello' }],
    ...more,
  });
  const socket = connect({ port: Number(new URL(cloud.url).port), host: '127.0.0.1', allowHalfOpen: true });
  socket.end(
    `POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${secret}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  let text = '';
  const answer = new Promise<string>((resolve, reject) => {
    socket.on('data', (chunk) => {
      text += chunk.toString();
    });
    socket.once('end', () => resolve(text));
    socket.once('error', reject);
  });
  return { socket, answer };
}

for (const stream of [false, true]) {
  const kind = stream ? 'stream' : 'whole answer';
  test(`a client that has closed its side gets its ${kind}, and the connection ends behind it`, async ({
    cloud,
  }) => {
    const customer = await cloud.customer(plenty);
    const { gate, open } = aGate();
    cloud.upstream.script(answerWell({ gates: { 0: gate } }));
    if (!stream)
      cloud.upstream.script(async (request, response) => {
        await gate;
        await answerWell()(request, response);
      });
    const { answer } = sendAndClose(cloud, customer, { stream });
    await expect.poll(() => cloud.upstream.seen.length).toBe(1);
    open();
    const text = await answer;
    // What is said in between is passed over by every client (RFC 9110 §15.2).
    expect(text.replaceAll('HTTP/1.1 100 Continue\r\n\r\n', '')).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(text).toContain('Hello');
    expect(text).toContain(stream ? '[DONE]' : ' world!');
    expect(await cloud.usage(customer, 1)).toMatchObject([{ outcome: 'completed', charge_micros: 16_000n }]);
  });

  test(`a client that has closed its side and then leaves is gone, before and in the middle of its ${kind}`, async ({
    cloud,
  }) => {
    const { items } = (await cloud.operator.call('GET', '/api/gateway/upstreams')).json<{
      items: { id: string; name: string }[];
    }>();
    const id = items.find(({ name }) => name === cloud.modelId)?.id ?? '';
    await cloud.operator.call('PATCH', `/api/gateway/upstreams/${id}`, { whenClientLeaves: 'abort' });
    await cloud.untilHeard();
    const customer = await cloud.customer(plenty);
    const { gate, open } = aGate();
    cloud.upstream.script(async (_request, response) => {
      if (stream) {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write('data: {"choices":[{"index":0,"delta":{"content":"one"}}]}\n\n');
      }
      await gate;
      response.destroy();
    });
    const { socket } = sendAndClose(cloud, customer, { stream });
    // Both halves are closed at once: nothing else tells the gateway apart from a client that waits.
    await expect.poll(() => cloud.upstream.seen.length).toBe(1);
    socket.destroy();
    await cloud.upstream.seen[0]?.gone;
    open();
    const [row] = await cloud.usage(customer, 1);
    expect(row).toMatchObject({ outcome: 'client_gone' });
    if (!stream) expect(row?.charge_micros).toBe(0n);
  });
}
