import type { ReplyReader } from '../../reply-reader.ts';
import type { ReplySink } from '../../reply-sink.ts';
import type { ModelNames } from '../../upstream-error.ts';
import { reportedFailure, shapeFailure, truncatedFailure } from '../../upstream-failure.ts';
import { createMessageStream, messageFarewell, type MessageStreamOptions } from './message-stream.ts';

/** An answer in events of Messages, passed on from the first that the model wrote. */
export function createMessageStreamReply(
  sink: ReplySink,
  options: MessageStreamOptions & ModelNames,
): ReplyReader {
  const stream = createMessageStream(options);

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
      passOn(stream.end());
      if (stream.error !== null) return reportedFailure(stream.error, options);
      if (!stream.isWhole) return stream.hasContent ? truncatedFailure() : shapeFailure();
      if (sink.isUntouched) return shapeFailure();
      sink.end(messageFarewell);
      return null;
    },
    usage: () => stream.usage,
    inputUsage: () => stream.inputUsage,
    textBytes: () => stream.textBytes,
    heldBytes: () => stream.heldBytes,
    hasDelivered: () => stream.hasContent,
    outputTokensSoFar: () => stream.eventCount,
  };
}
