import type { ServerResponse } from 'node:http';

/** After the first look, each time four times as long: an answer may take minutes. */
const firstPauseMs = 1_000;
const looks = 5;

/**
 * A client that has closed its side waits for the answer, or is gone: its packet says the same. So something is written
 * that every client passes over; where no program waits any more, its system answers with a reset, and `close` follows.
 * @param write says something without meaning; called until it answers that the reply says enough.
 */
export function askHalfClosed(response: ServerResponse, write: () => 'written' | 'needless'): void {
  const { socket } = response;
  if (socket === null) return;
  let timer: NodeJS.Timeout | null = null;

  function look(left: number, pauseMs: number): void {
    if (response.closed || write() === 'needless' || left === 0) return;
    timer = setTimeout(() => look(left - 1, pauseMs * 4), pauseMs).unref();
  }
  function ask(): void {
    // HTTP/1.0 knows nothing that could be said before the answer (RFC 9110 §15.2).
    if (response.req.httpVersion === '1.0') response.destroy();
    else look(looks, firstPauseMs);
  }
  response.once('close', () => {
    if (timer !== null) clearTimeout(timer);
    // The connection may go on to the next request.
    socket.off('end', ask);
  });
  // A client that sends its request and closes at once has done so before this listens.
  if (socket.readableEnded) ask();
  else socket.once('end', ask);
}

/** Node answers the end of a client with its own end, unless it knows that the other half may still be wanted. */
export function answerHalfClosed(server: object): void {
  Object.assign(server, { httpAllowHalfOpen: true });
}
