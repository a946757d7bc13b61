import type { ReplySink } from '../reply-sink.ts';
import { readEvent, splitEvents } from '../sse-events.ts';
import type { AnswerWriter } from './answer.ts';
import type { OrderedReader } from './calls-in-order.ts';
import { parseExactly } from './exact-json.ts';

/**
 * Stands before the client's end: an answer that its upstream's reader has judged goes in, and comes out in the client's
 * protocol. It is touched when the client's end is.
 */
export function createConvertingSink(
  sink: ReplySink,
  reader: OrderedReader,
  writer: AnswerWriter,
): ReplySink {
  /** Pieces of a JSON reply too large for its reader to hold back. */
  let pieces: Buffer[] | null = null;
  /** Something was converted, be it nothing that a client reads before the end. */
  let hasBegun = false;

  const convert = (json: Buffer) => writer.whole(reader.whole(parseExactly(json.toString('utf8'))));
  function partsIn(events: Buffer) {
    return splitEvents(events).flatMap((event) => {
      const text = readEvent(event).data?.toString('utf8').trim();
      return text === undefined || text === '[DONE]' ? [] : reader.event(parseExactly(text));
    });
  }

  function start(): void {
    if (sink.isUntouched) sink.startStream();
  }

  return {
    get isUntouched() {
      return sink.isUntouched && pieces === null && !hasBegun;
    },
    get hasSentNothing() {
      return sink.hasSentNothing;
    },
    get waitingBytes() {
      return sink.waitingBytes;
    },
    keepAlive: (everyMs) => sink.keepAlive(everyMs),
    sendWhole: (body) => sink.sendWhole(convert(body)),
    startBody() {
      pieces = [];
    },
    // Until something is converted the status can still be chosen.
    startStream() {},
    write(bytes) {
      if (pieces !== null) {
        pieces.push(bytes);
        return true;
      }
      const events = writer.events(partsIn(bytes));
      hasBegun = true;
      if (events.length === 0) return true;
      start();
      return sink.write(events);
    },
    end(lastBytes = Buffer.alloc(0)) {
      if (pieces !== null) {
        sink.sendWhole(convert(Buffer.concat([...pieces, lastBytes])));
        return;
      }
      const parts = [...partsIn(lastBytes), ...reader.end()];
      const last = Buffer.concat([writer.events(parts), writer.farewell()]);
      start();
      sink.end(last);
    },
    complete: (receipt) => sink.complete(receipt),
    fail: (problem) => sink.fail(problem),
  };
}
