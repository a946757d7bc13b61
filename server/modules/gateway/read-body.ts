import type { Readable } from 'node:stream';
import { bodyTooLarge, internalError, requestTimedOut } from '../../kernel/problem.ts';

export interface BodyLimits {
  readonly maxBytes: number;
  /** A sender that is silent for longer has its place taken away. */
  readonly idleMs: number;
}

/**
 * Reads a body, counting every piece as it arrives.
 * @throws `kernel.body_too_large`, `kernel.request_timed_out`, and whatever `onBytes` throws.
 */
export async function readBody(
  body: Readable,
  limits: BodyLimits,
  onBytes: (count: number) => void,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  let idle: NodeJS.Timeout | undefined;
  let leave = () => {};
  try {
    return await new Promise<Buffer>((resolve, reject) => {
      idle = setTimeout(() => reject(requestTimedOut()), limits.idleMs);
      body.on('data', (chunk: Buffer) => {
        idle?.refresh();
        sizeBytes += chunk.length;
        try {
          if (sizeBytes > limits.maxBytes) throw bodyTooLarge();
          onBytes(chunk.length);
        } catch (error) {
          reject(error instanceof Error ? error : internalError());
          return;
        }
        chunks.push(chunk);
      });
      body.once('end', () => {
        // Before `close` follows: an error made for each request in vain is slow.
        body.off('close', leave);
        resolve(Buffer.concat(chunks, sizeBytes));
      });
      // A request that is still arriving fails in one way only: its sender has gone.
      leave = () => reject(requestTimedOut());
      body.once('error', leave);
      body.once('close', leave);
    });
  } finally {
    clearTimeout(idle);
    body.removeAllListeners('data');
    body.pause();
  }
}
