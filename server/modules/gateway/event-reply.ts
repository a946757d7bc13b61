import type { ReplyReader } from './reply-reader.ts';
import type { ReplySink } from './reply-sink.ts';
import type { ModelNames } from './upstream-error.ts';
import { reportedFailure, shapeFailure, truncatedFailure } from './upstream-failure.ts';
import { allOutputTokens, type TokenUsage } from './usage.ts';

/** The events of an answer as its protocol judges them, whatever way the network cut them. */
export interface JudgedEvents {
  /** Takes bytes as the network cut them, gives back whole events to pass on (empty when none is ready). */
  push(chunk: Buffer): Buffer;
  /** What is left when the upstream has ended. */
  end(): Buffer;
  /**
   * `open`: more is to come. `ending`: every answer is finished or the upstream has failed, and only its usage may still
   * follow. `ended`: the protocol's end; nothing after it counts.
   */
  readonly phase: ReplyReader['phase'];
  /** Something that the model wrote has been given out; what goes before it is held back until then. */
  readonly hasContent: boolean;
  /** The upstream has said how or that its answer ended; otherwise it was cut off. */
  readonly isWhole: boolean;
  /** The model has written something, or said by the reason of its end that it wrote nothing. */
  readonly isAnswer: boolean;
  /** In which the upstream has said that it failed. Neither that event nor any after it is passed on. */
  readonly error: Buffer | null;
  /** What waits in memory to become whole. */
  readonly heldBytes: number;
  /** Bytes of text that were passed on. */
  readonly textBytes: number;
  /** Tokens of the answer so far, near enough. */
  readonly tokensSoFar: number;
  /** What the upstream has read, when it says so at the beginning. */
  readonly inputUsage: TokenUsage | null;
  readonly usage: TokenUsage | null;
}

/**
 * An answer in server-sent events, passed on from the first that the model wrote.
 * @param farewell where client libraries stop reading: it goes out with the end of the reply, whether or not the
 * upstream sent it.
 */
export function createEventReply(
  sink: ReplySink,
  stream: JudgedEvents,
  farewell: Buffer,
  names: ModelNames,
): ReplyReader {
  function passOn(events: Buffer): boolean {
    if (events.length === 0) return true;
    if (sink.isUntouched) sink.startStream();
    return sink.write(events);
  }

  return {
    push: (chunk) => passOn(stream.push(chunk)),
    get phase() {
      return stream.phase;
    },
    end() {
      const rest = stream.end();
      if (stream.isAnswer) passOn(rest);
      if (stream.error !== null) return reportedFailure(stream.error, names);
      if (!stream.isWhole) return stream.hasContent ? truncatedFailure() : shapeFailure();
      if (sink.isUntouched) return shapeFailure();
      sink.end(farewell);
      return null;
    },
    usage: () => stream.usage,
    inputUsage: () => stream.inputUsage,
    textBytes: () => stream.textBytes,
    heldBytes: () => stream.heldBytes,
    hasDelivered: () => stream.hasContent,
    outputTokensSoFar: () => (stream.usage === null ? stream.tokensSoFar : allOutputTokens(stream.usage)),
  };
}
