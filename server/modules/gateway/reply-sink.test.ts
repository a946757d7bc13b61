import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { unavailable } from '../../kernel/problem.ts';
import { createReplySink, type ReplySink } from './reply-sink.ts';

// What reaches a client over a real connection, and when.

interface Served {
  readonly sink: ReplySink;
  readonly response: ServerResponse;
  readonly socket: Socket;
  readonly heard: string[];
  /** Everything that the client received, once the answer or the connection has ended. */
  readonly received: Promise<string>;
}

/** A client that has sent a request; `reads` is when it takes what comes. */
async function serve(reads: 'at once' | 'later' = 'at once'): Promise<Served> {
  const heard: string[] = [];
  const server = createServer({ keepAliveTimeout: 1 });
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => {});
  let text = '';
  const received = new Promise<string>((resolve) => socket.once('close', () => resolve(text)));
  if (reads === 'at once') socket.on('data', (bytes) => void (text += bytes.toString()));
  socket.write('GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
  const [, response] = (await once(server, 'request')) as [unknown, ServerResponse];
  const words = {
    reply: () => ({ status: 503, headers: { 'retry-after': '2' }, body: Buffer.from('{"refused":true}') }),
    event: () => Buffer.from('data: {"failed":true}\n\n'),
  };
  const sink = createReplySink(response, 'req_1', words, {
    onDrain: () => void heard.push('drain'),
    onGone: () => void heard.push('gone'),
  });
  return { sink, response, socket, heard, received };
}

const bodyOf = (received: string) => received.slice(received.indexOf('\r\n\r\n') + 4);
const chunksOf = (received: string) =>
  bodyOf(received)
    .split('\r\n')
    .filter((part) => part !== '' && !/^[\da-f]+$/.test(part));

test('a whole body is sent when its reply is completed, and until then a failure may take its place', async () => {
  const { sink, heard, received } = await serve();
  expect([sink.isUntouched, sink.hasSentNothing]).toEqual([true, true]);
  sink.sendWhole(Buffer.from('{"a":"你"}'));
  expect([sink.isUntouched, sink.hasSentNothing], 'it is ready').toEqual([false, true]);
  sink.complete(null);
  expect([sink.isUntouched, sink.hasSentNothing]).toEqual([false, false]);
  sink.complete(null);
  sink.fail(unavailable());
  const text = await received;
  expect(text).toMatch(/^HTTP\/1\.1 200 /);
  for (const header of [
    'x-request-id: req_1',
    'x-content-type-options: nosniff',
    'cache-control: no-store',
    'content-type: application/json',
    'content-length: 11',
  ])
    expect(text).toContain(`${header}\r\n`);
  expect([bodyOf(text), heard]).toEqual(['{"a":"你"}', []]);

  const refused = await serve();
  refused.sink.sendWhole(Buffer.from('{}'));
  refused.sink.fail(unavailable());
  expect(refused.sink.hasSentNothing).toBe(false);
  refused.sink.complete(null);
  refused.sink.fail(unavailable());
  const refusal = await refused.received;
  expect(refusal).toMatch(/^HTTP\/1\.1 503 /);
  expect(refusal).toContain('retry-after: 2\r\n');
  expect(refusal).toContain('x-request-id: req_1\r\n');
  expect(bodyOf(refusal)).toBe('{"refused":true}');
});

test('a stream is sent as it comes, its end when it is completed', async () => {
  const { sink, heard, received } = await serve();
  sink.startStream();
  expect([sink.isUntouched, sink.hasSentNothing]).toEqual([false, false]);
  expect(sink.write(Buffer.from('data: a\n\n'))).toBe(true);
  sink.end(Buffer.from('data: [DONE]\n\n'));
  expect(sink.write(Buffer.from('data: b\n\n'))).toBe(true);
  sink.complete(null);
  const text = await received;
  expect(text).toMatch(/^HTTP\/1\.1 200 /);
  for (const header of [
    'content-type: text/event-stream; charset=utf-8',
    'cache-control: no-cache, no-store',
    'x-accel-buffering: no',
    'x-request-id: req_1',
  ])
    expect(text).toContain(`${header}\r\n`);
  expect(chunksOf(text).join('')).toBe('data: a\n\ndata: b\n\ndata: [DONE]\n\n');
  expect(heard).toEqual([]);
});

test('a stream that fails says so and ends; half a body is cut off, so that no client takes it for whole', async () => {
  const stream = await serve();
  stream.sink.startStream();
  stream.sink.write(Buffer.from('data: a\n\n'));
  stream.sink.end(Buffer.from('data: [DONE]\n\n'));
  stream.sink.fail(unavailable());
  stream.sink.complete(null);
  const text = await stream.received;
  expect(chunksOf(text).join('')).toBe('data: a\n\ndata: {"failed":true}\n\n');
  expect(text.endsWith('0\r\n\r\n'), 'it is whole').toBe(true);

  const body = await serve();
  body.sink.startBody('application/json');
  body.sink.write(Buffer.from('{"half":'));
  await once(body.socket, 'data');
  body.sink.fail(unavailable());
  const half = await body.received;
  expect(half).toMatch(/^HTTP\/1\.1 200 [^]*content-type: application\/json\r\n/);
  expect(half.endsWith('0\r\n\r\n')).toBe(false);
  expect(body.heard, 'whose own end was cut off').toEqual(['gone']);
});

test('a large body is sent as it comes, and ends without a last word', async () => {
  const { sink, received } = await serve();
  sink.startBody('application/json');
  expect([sink.isUntouched, sink.hasSentNothing]).toEqual([false, false]);
  sink.write(Buffer.from('{"a":'));
  sink.write(Buffer.from('1}'));
  sink.end();
  sink.complete(null);
  const text = await received;
  expect([chunksOf(text).join(''), text.endsWith('0\r\n\r\n')]).toEqual(['{"a":1}', true]);
});

test('a client that leaves is noticed, and nothing is said to it any more', async () => {
  const { sink, socket, heard, response } = await serve();
  sink.startStream();
  sink.write(Buffer.from('data: a\n\n'));
  socket.destroy();
  await expect.poll(() => heard).toEqual(['gone']);
  const end = vi.spyOn(response, 'end');
  sink.end();
  sink.complete(null);
  sink.fail(unavailable());
  expect(end).not.toHaveBeenCalled();
});

test('a client that reads slowly is waited for, and one that stops reading is gone after two minutes', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const soon = async (isSo: () => boolean) => {
    while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
  };
  const much = Buffer.alloc(16 * 1024 * 1024, 'x');
  const slow = await serve('later');
  slow.sink.startStream();
  expect(slow.sink.write(much)).toBe(false);
  vi.advanceTimersByTime(119_999);
  slow.socket.resume();
  await soon(() => slow.heard.length > 0);
  vi.advanceTimersByTime(120_000);
  expect([slow.heard, slow.response.destroyed]).toEqual([['drain'], false]);
  slow.socket.pause();
  expect(slow.sink.write(much)).toBe(false);
  vi.advanceTimersByTime(60_000);
  expect(slow.sink.write(much)).toBe(false);
  vi.advanceTimersByTime(59_999);
  expect(slow.response.destroyed).toBe(false);
  vi.advanceTimersByTime(1);
  expect(slow.response.destroyed).toBe(true);
  await soon(() => slow.heard.includes('gone'));
});
