import { connect, type Socket } from 'node:net';
import type { Cloud, Customer } from '../../testing/gateway.ts';

/** A request whose body is awaited: the server has let it in, because it asked for the body. */
export interface Announced {
  readonly socket: Socket;
  /** What the server says next. */
  readonly answer: Promise<Buffer>;
}

/** Announces a body and sends none of it. */
export async function announce(cloud: Cloud, { secret }: Customer, announced: number): Promise<Announced> {
  const { port } = new URL(cloud.url);
  const socket = connect(Number(port), '127.0.0.1');
  await new Promise((resolve) => socket.once('connect', resolve));
  socket.write(
    `POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${secret}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${announced}\r\nExpect: 100-continue\r\n\r\n`,
  );
  // Listened for from the first answer on: a socket that nothing listens to throws away what comes.
  let hear = (_answer: Buffer) => {};
  const answer = new Promise<Buffer>((resolve) => {
    hear = resolve;
  });
  await new Promise<void>((resolve) => {
    socket.once('data', () => {
      socket.once('data', hear);
      resolve();
    });
  });
  return { socket, answer };
}
