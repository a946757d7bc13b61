import type { ReplyReader } from '../reply-reader.ts';
import type { ReplySink } from '../reply-sink.ts';
import type { UpstreamFailure } from '../upstream-failure.ts';
import type { TokenUsage } from '../usage.ts';

/** What a reply in one piece is worth. */
export interface JudgedReply {
  /** What the client gets. */
  readonly shown: Buffer;
  /** JSON when left out. */
  readonly contentType?: string;
  readonly usage: TokenUsage | null;
  /** The usage is not what the server has counted. */
  readonly isEstimated?: boolean;
  /** Bytes that the model wrote; counted only when it is asked for. */
  readonly textBytes: () => number;
}

/** As large as a request may be. */
const maxReplyBytes = 32 * 1024 * 1024;

/** Collects a reply and sends what its judge makes of it: until then it can be answered by a status. */
export function createCollectedReply(
  sink: ReplySink,
  judge: (reply: Buffer) => JudgedReply | { readonly failure: UpstreamFailure },
  maxBytes = maxReplyBytes,
): ReplyReader {
  let chunks: Buffer[] = [];
  let totalBytes = 0;
  let judged: JudgedReply | null = null;

  return {
    phase: 'open',
    push(chunk) {
      totalBytes += chunk.length;
      if (totalBytes > maxBytes) throw new Error('the reply of the upstream is too large');
      chunks.push(chunk);
      return true;
    },
    end() {
      const reply = judge(Buffer.concat(chunks));
      chunks = [];
      if ('failure' in reply) return reply.failure;
      judged = reply;
      sink.sendWhole(reply.shown, reply.contentType);
      return null;
    },
    usage: () => judged?.usage ?? null,
    get isEstimated() {
      return judged?.isEstimated ?? false;
    },
    inputUsage: () => null,
    textBytes: () => judged?.textBytes() ?? 0,
    heldBytes: () => totalBytes,
    hasDelivered: () => false,
    outputTokensSoFar: () => 0,
  };
}
