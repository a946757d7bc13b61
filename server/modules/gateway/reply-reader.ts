import type { UpstreamFailure } from './upstream-failure.ts';
import type { TokenUsage } from './usage.ts';

/** Takes an upstream's answer, passes it on, and knows what it used. */
export interface ReplyReader {
  /** A piece of the answer; false when the client cannot take more now. */
  push(chunk: Buffer): boolean;
  /**
   * Before the upstream has ended: `ending` when nothing but a report of usage may still come, `ended` when nothing that
   * comes counts.
   */
  readonly phase: 'open' | 'ending' | 'ended';
  /** The upstream has ended. Answers what was wrong with it after all, or null. */
  end(): UpstreamFailure | null;
  /** What the upstream reported, null when nothing. */
  usage(): TokenUsage | null;
  /** The usage is not what the upstream has counted. */
  readonly isEstimated?: boolean;
  /** What the upstream has read, when it says so before it has counted what it writes; null otherwise. */
  inputUsage(): TokenUsage | null;
  /** Bytes of text the client has got, for an estimate without a report. */
  textBytes(): number;
  hasDelivered(): boolean;
  /** What waits in memory to become whole. */
  heldBytes(): number;
  /** Cheap count while the answer is being written and nothing is reported. */
  outputTokensSoFar(): number;
}
