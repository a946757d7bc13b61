import { deliveredTextBytes } from './delivered-text.ts';
import { createEventStream, type EventStreamOptions } from './event-stream.ts';
import type { ReplyReader } from './reply-reader.ts';
import type { ReplySink } from './reply-sink.ts';
import { reportedFailure, shapeFailure } from './upstream-failure.ts';

/** An answer in server-sent events, passed on event by event. */
export function createStreamReply(sink: ReplySink, options: EventStreamOptions): ReplyReader {
  const stream = createEventStream(options);
  let hasDelivered = false;

  function passOn(events: Buffer): boolean {
    if (events.length === 0) return true;
    if (sink.isUntouched) sink.startStream();
    hasDelivered = true;
    return sink.write(events);
  }

  return {
    push: (chunk) => passOn(stream.push(chunk)),
    end() {
      passOn(stream.end());
      if (!hasDelivered) return shapeFailure();
      sink.end();
      return stream.hasError ? reportedFailure() : null;
    },
    usage: () => stream.usage,
    textBytes: () => deliveredTextBytes(stream.sample),
    hasDelivered: () => hasDelivered,
    outputTokensSoFar: () => stream.eventCount,
  };
}
