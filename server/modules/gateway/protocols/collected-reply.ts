import type { ReplyReader } from '../reply-reader.ts';
import type { ReplySink } from '../reply-sink.ts';
import type { UpstreamFailure } from '../upstream-failure.ts';
import type { TokenUsage } from '../usage.ts';

/** What a reply in one piece is worth. */
export interface JudgedReply {
  /** What the client gets. */
  readonly shown: Buffer;
  readonly usage: TokenUsage | null;
  /** Bytes that the model wrote; counted only when it is asked for. */
  readonly textBytes: () => number;
}

/** As large as a request may be. */
const maxReplyBytes = 32 * 1024 * 1024;

/** Collects a reply and sends what its judge makes of it: until then it can be answered by a status. */
export function createCollectedReply(
  sink: ReplySink,
  judge: (reply: Buffer) => JudgedReply | { readonly failure: UpstreamFailure },
): ReplyReader {
  let chunks: Buffer[] = [];
  let totalBytes = 0;
  let judged: JudgedReply | null = null;

  return {
    phase: 'open',
    push(chunk) {
      totalBytes += chunk.length;
      if (totalBytes > maxReplyBytes) throw new Error('the reply of the upstream is too large');
      chunks.push(chunk);
      return true;
    },
    end() {
      const reply = judge(Buffer.concat(chunks));
      chunks = [];
      if ('failure' in reply) return reply.failure;
      judged = reply;
      sink.sendWhole(reply.shown);
      return null;
    },
    usage: () => judged?.usage ?? null,
    inputUsage: () => null,
    textBytes: () => judged?.textBytes() ?? 0,
    heldBytes: () => totalBytes,
    hasDelivered: () => false,
    outputTokensSoFar: () => 0,
  };
}
