import { createEventReply } from './event-reply.ts';
import { createEventStream, type EventStreamOptions } from './event-stream.ts';
import type { ReplyReader } from './reply-reader.ts';
import type { ReplySink } from './reply-sink.ts';
import type { ModelNames } from './upstream-error.ts';

const farewell = Buffer.from('data: [DONE]\n\n');

/** An answer in events of chat completions or completions. */
export function createStreamReply(sink: ReplySink, options: EventStreamOptions & ModelNames): ReplyReader {
  return createEventReply(sink, createEventStream(options), farewell, options);
}
