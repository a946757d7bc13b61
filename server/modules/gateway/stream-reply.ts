import { deliveredTextBytes } from './delivered-text.ts';
import { createEventStream, type EventStreamOptions } from './event-stream.ts';
import type { ReplyReader } from './reply-reader.ts';
import type { ReplySink } from './reply-sink.ts';
import type { ModelNames } from './upstream-error.ts';
import { reportedFailure, shapeFailure, truncatedFailure } from './upstream-failure.ts';
import { allOutputTokens } from './usage.ts';

/** Where client libraries stop reading: it goes out with the end of the reply, whether or not the upstream sent it. */
const farewell = Buffer.from('data: [DONE]\n\n');

/** An answer in server-sent events, passed on event by event from the first that the model wrote. */
export function createStreamReply(sink: ReplySink, options: EventStreamOptions & ModelNames): ReplyReader {
  const stream = createEventStream(options);

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
      if (stream.error !== null) return reportedFailure(stream.error, options);
      if (!stream.isWhole) return stream.hasContent ? truncatedFailure() : shapeFailure();
      if (sink.isUntouched) return shapeFailure();
      sink.end(farewell);
      return null;
    },
    usage: () => stream.usage,
    inputUsage: () => null,
    textBytes: () => deliveredTextBytes(stream.sample),
    heldBytes: () => stream.heldBytes,
    hasDelivered: () => stream.hasContent,
    outputTokensSoFar: () => (stream.usage === null ? stream.tokensSoFar : allOutputTokens(stream.usage)),
  };
}
