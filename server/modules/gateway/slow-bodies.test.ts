import { connect } from 'node:net';
import { PassThrough } from 'node:stream';
import { expect } from 'vitest';
import { test } from '../../testing/gateway.ts';
import { announce } from './announced-body.fixture.ts';
import { readBody } from './read-body.ts';

test('connections that announce large bodies and send nothing keep no client out', async ({ cloud }) => {
  const idle = await cloud.customer(1_000_000_000n);
  const sockets = await Promise.all(
    Array.from({ length: 40 }, () => announce(cloud, idle, 32 * 1024 * 1024)),
  );
  const other = await cloud.customer(1_000_000_000n);
  for (const customer of [other, idle]) {
    const answer = await customer.client.chat.completions.create({
      model: cloud.modelId,
      messages: [{ role: 'user', content: 'hello' }],
    });
    expect(answer.choices).toHaveLength(1);
  }
  for (const { socket } of sockets) socket.destroy();
});

test('a body that announces more than may be sent is refused before it is sent', async ({ cloud }) => {
  const socket = connect(Number(new URL(cloud.url).port), '127.0.0.1');
  const { secret } = await cloud.customer(0n);
  socket.write(
    `POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${secret}\r\n` +
      `Content-Type: application/json\r\nContent-Length: 99000000\r\n\r\n`,
  );
  const answer = await new Promise<Buffer>((resolve) => socket.once('data', resolve));
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 413 /);
  socket.destroy();
});

test('a sender that falls silent in the middle of a body is given up', async () => {
  const body = new PassThrough();
  const counted: number[] = [];
  const reading = readBody(body, { maxBytes: 100, idleMs: 20 }, (count) => counted.push(count));
  body.write('half');
  await expect(reading).rejects.toMatchObject({ code: 'kernel.request_timed_out' });
  expect(counted).toEqual([4]);
});

test('a body is given up at the first byte too many', async () => {
  const body = new PassThrough();
  const reading = readBody(body, { maxBytes: 3, idleMs: 60_000 }, () => {});
  body.write('four');
  await expect(reading).rejects.toMatchObject({ code: 'kernel.body_too_large' });
});
