import fc from 'fast-check';
import { expect } from 'vitest';
import { answerWell, sendJson } from '../../testing/fake-upstream.ts';
import { postChat, test } from '../../testing/gateway.ts';
import { createAdmission } from './admission.ts';
import { createByteStore } from './byte-store.ts';
import { deliveredTextBytes } from './delivered-text.ts';
import { createPassingRename } from './rename-in-passing.ts';

const plenty = 100_000_000_000n;
const megabyte = 1024 * 1024;

test('a reply of any size names the model as the catalogue does, wherever the name stands', async ({
  cloud,
}) => {
  const customer = await cloud.customer(plenty);
  cloud.upstream.script(answerWell({ words: ['x'.repeat(1_500_000)] }));
  const chat = await (await postChat(cloud, customer)).text();
  expect(JSON.parse(chat)).toMatchObject({ model: cloud.modelId });
  expect(chat).not.toContain('vendor/model');
  // OpenAI writes the name of a batch of embeddings behind it.
  cloud.upstream.script((request, response) =>
    sendJson(response, 200, {
      object: 'list',
      data: Array.from({ length: 3000 }, (_, index) => ({ index, embedding: Array(100).fill(0.123456) })),
      model: request.body['model'],
      usage: { prompt_tokens: 10, total_tokens: 10 },
    }),
  );
  const answer = await fetch(`${cloud.url}/v1/embeddings`, {
    method: 'POST',
    headers: { authorization: `Bearer ${customer.secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: cloud.modelId, input: 'hi' }),
  });
  const batch = await answer.text();
  expect(batch.length).toBeGreaterThan(2 * megabyte);
  expect(JSON.parse(batch)).toMatchObject({ model: cloud.modelId, data: { length: 3000 } });
  expect(batch).not.toContain('vendor/model');
});

test('a name is put into an object in passing, however the object is cut, and nothing else changes', () => {
  const inner = fc.jsonValue({ maxDepth: 3 });
  fc.assert(
    fc.property(
      fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('data', 'model ', '"model"', 'choices')), inner),
      inner,
      fc.string(),
      fc.constantFrom(undefined, 2),
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
      fc.boolean(),
      (others, nested, name, space, sizes, isLast) => {
        const rest = { ...others, nested: { model: 'inner', of: nested, list: [{ model: 'inner' }] } };
        const object = isLast ? { ...rest, model: name } : { model: name, ...rest };
        const bytes = Buffer.from(JSON.stringify(object, null, space));
        const rename = createPassingRename('public "name"');
        const out: Buffer[] = [];
        for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
          const size = sizes[turn % sizes.length] ?? 1;
          out.push(Buffer.from(rename(bytes.subarray(at, at + size))));
          at += size;
        }
        expect(Buffer.concat(out).toString()).toBe(
          JSON.stringify({ ...object, model: 'public "name"' }, null, space),
        );
      },
    ),
  );
});

test('bytes that wait come back as they came, in time that grows with their number', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 20 })), (pieces) => {
      const store = createByteStore();
      for (const piece of pieces) store.push(Buffer.from(piece));
      expect(store.length).toBe(pieces.reduce((sum, { length }) => sum + length, 0));
      expect(store.take()).toEqual(Buffer.concat(pieces));
      expect(store.length).toBe(0);
    }),
  );
  const store = createByteStore();
  const one = Buffer.from('x');
  const startedAtMs = performance.now();
  for (let count = 0; count < 4 * megabyte; count += 1) store.push(one);
  expect(store.take()).toHaveLength(4 * megabyte);
  expect(performance.now() - startedAtMs).toBeLessThan(5_000);
});

test('large answers of one customer take their share of the memory and leave room for others', () => {
  const admission = createAdmission({ process: 10, arriving: 10, bodyBytes: 512 * megabyte });
  const rooms = Array.from({ length: 5 }, () => admission.roomFor('one'));
  expect(rooms.map((room) => room.hold(31 * megabyte))).toEqual([true, true, true, true, false]);
  expect(admission.roomFor('other').hold(31 * megabyte)).toBe(true);
  expect(rooms[4]?.hold(100_000)).toBe(true);
  for (const room of rooms.slice(0, 2)) expect(room.hold(0)).toBe(true);
  expect(rooms[4]?.hold(31 * megabyte)).toBe(true);
});

/** A picture in an event, as model servers send it. */
function pictureEvent(bytes: number): string {
  const url = `data:image/png;base64,${'A'.repeat(bytes)}`;
  return `data: ${JSON.stringify({ choices: [{ index: 0, delta: { images: [{ type: 'image_url', image_url: { url } }] } }] })}\n\n`;
}

test('an event of 32 MiB passes as it is, and its picture counts as one', async ({ cloud }) => {
  const customer = await cloud.customer(plenty);
  const picture = pictureEvent(32 * megabyte - 1000);
  cloud.upstream.script((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(
      `${picture}data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n`,
    );
  });
  const answer = await (await postChat(cloud, customer, { stream: true })).text();
  expect(answer.length).toBeGreaterThan(32 * megabyte - 1000);
  expect(answer.startsWith(picture)).toBe(true);
  const [row] = await cloud.usage(customer, 1);
  expect(row).toMatchObject({ outcome: 'completed', is_estimated: true });
  expect(row?.output_tokens).toBeGreaterThanOrEqual(765);
  expect(row?.output_tokens).toBeLessThan(800);
});

test('a customer whose answers need more memory than their share is refused for the next, and others are not', async ({
  cloud,
}) => {
  const [greedy, other] = [await cloud.customer(plenty), await cloud.customer(plenty)];
  const most = pictureEvent(31 * megabyte).slice(0, -100);
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  cloud.upstream.script(async (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(most);
    await gate;
    response.destroy();
  });
  const asked = Array.from({ length: 5 }, () => postChat(cloud, greedy, { stream: true }));
  const first = await Promise.race(asked);
  expect([first.status, first.headers.get('retry-after')]).toEqual([503, '1']);
  cloud.upstream.script(answerWell());
  expect((await postChat(cloud, other, { stream: true })).status).toBe(200);
  open();
  expect((await Promise.all(asked)).map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
    502, 502, 502, 502, 503,
  ]);
  const rows = await cloud.usage(greedy, 5);
  expect(rows.every((row) => row.charge_micros === 0n && row.outcome === 'upstream_failed')).toBe(true);
  // What was held is free again.
  const again = await postChat(cloud, greedy, { stream: true });
  expect(again.status).toBe(200);
});

test('sound and pictures of an answer without a report count by the piece, words by their size', () => {
  const bytesOf = (delta: object) => {
    const event = Buffer.from(`data: ${JSON.stringify({ choices: [{ delta }] })}\n\n`);
    return deliveredTextBytes({
      parts: [event],
      sampleBytes: event.length,
      totalBytes: event.length,
      largeTextBytes: 0,
    });
  };
  expect(bytesOf({ content: 'data:image/png;base64,AAAA' })).toBe(26);
  expect(bytesOf({ images: [{ image_url: { url: `data:image/png;base64,${'A'.repeat(90_000)}` } }] })).toBe(
    2295,
  );
  // Three seconds at 16 000 bytes each.
  expect(bytesOf({ audio: { id: 'x', data: 'A'.repeat(64_000), transcript: 'hello' } })).toBe(30 * 3 + 5);
});
