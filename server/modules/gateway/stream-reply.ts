import { deliveredTextBytes } from './delivered-text.ts';
import { createEventStream, type EventStreamOptions } from './event-stream.ts';
import type { ReplyReader } from './reply-reader.ts';
import type { ReplySink } from './reply-sink.ts';
import { reportedFailure, shapeFailure } from './upstream-failure.ts';
import { allOutputTokens } from './usage.ts';

const doneTail = /(?:^|\n)(data: ?\[DONE\]\s*)$/;
const doneTailBytes = 24;

/** An answer in server-sent events, passed on event by event. */
export function createStreamReply(sink: ReplySink, options: EventStreamOptions): ReplyReader {
  const stream = createEventStream(options);
  let hasDelivered = false;
  /** `[DONE]` is where client libraries stop reading, so it goes out only with the end of the reply. */
  let farewell: Buffer = Buffer.alloc(0);

  function passOn(events: Buffer): boolean {
    if (events.length === 0) return true;
    if (sink.isUntouched) sink.startStream();
    hasDelivered = true;
    const length =
      doneTail.exec(events.toString('latin1', Math.max(0, events.length - doneTailBytes)))?.[1]?.length ?? 0;
    if (length === 0) return sink.write(events);
    farewell = events.subarray(events.length - length);
    return length === events.length || sink.write(events.subarray(0, events.length - length));
  }

  return {
    push: (chunk) => passOn(stream.push(chunk)),
    end() {
      passOn(stream.end());
      if (stream.hasError) return reportedFailure();
      if (!hasDelivered) return shapeFailure();
      sink.end(farewell);
      return null;
    },
    usage: () => stream.usage,
    textBytes: () => deliveredTextBytes(stream.sample),
    hasDelivered: () => hasDelivered,
    outputTokensSoFar: () => (stream.usage === null ? stream.eventCount : allOutputTokens(stream.usage)),
  };
}
