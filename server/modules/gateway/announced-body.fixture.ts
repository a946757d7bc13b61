import { connect, type Socket } from 'node:net';
import type { Cloud, Customer } from '../../testing/gateway.ts';

/** A connection that announces a body and has sent none of it. */
export async function announce(cloud: Cloud, { secret }: Customer, announced: number): Promise<Socket> {
  const { port } = new URL(cloud.url);
  const socket = connect(Number(port), '127.0.0.1');
  await new Promise((resolve) => socket.once('connect', resolve));
  socket.write(
    `POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${secret}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${announced}\r\nExpect: 100-continue\r\n\r\n`,
  );
  // The server has let the request in when it asks for the body.
  await new Promise((resolve) => socket.once('data', resolve));
  return socket;
}
