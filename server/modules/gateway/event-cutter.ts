import { createByteStore } from './byte-store.ts';
import { endOfLastEvent, withoutByteOrderMark } from './sse-events.ts';

/** Makes whole server-sent events of bytes that the network cut anywhere. */
export interface EventCutter {
  /** Gives back the events that have ended, empty when none has. */
  push(chunk: Buffer): Buffer;
  /** What is left when the stream has ended: an event without its blank line, or a part of one. */
  end(): Buffer;
  /** What is left is an event with its blank line: a CR that stands last could have been half of a CR LF. */
  readonly hasWholeEvent: boolean;
  /** What waits for the rest of its event. */
  readonly heldBytes: number;
}

const emptyBytes = Buffer.alloc(0);
const carriageReturn = 0x0d;
const lineFeed = Buffer.from('\n');
/** One event may not grow without end in memory: a picture has 32 MiB at most. */
const maxEventBytes = 33 * 1024 * 1024;

export function createEventCutter(): EventCutter {
  /** An event that has not ended. */
  const rest = createByteStore();
  let last: Buffer = emptyBytes;
  let isFirst = true;

  function keepRest(piece: Buffer): void {
    rest.push(piece);
    if (rest.length > maxEventBytes) throw new Error('an event of the upstream is too large');
  }
  /** Whether a blank line ends in this chunk; it may have begun in the one before. */
  function endsEvent(chunk: Buffer): boolean {
    const seam = Buffer.concat([last, chunk.subarray(0, 2)]);
    last = (chunk.length >= 2 ? chunk : seam).subarray(-2);
    return endOfLastEvent(seam) > 0 || endOfLastEvent(chunk) > 0;
  }

  return {
    push(chunk) {
      if (!endsEvent(chunk)) {
        keepRest(chunk);
        return emptyBytes;
      }
      let bytes = rest.length === 0 ? chunk : Buffer.concat([rest.take(), chunk]);
      if (isFirst) bytes = withoutByteOrderMark(bytes);
      isFirst = false;
      const end = endOfLastEvent(bytes);
      keepRest(bytes.subarray(end));
      return bytes.subarray(0, end);
    },
    end() {
      const left = rest.take();
      return isFirst ? withoutByteOrderMark(left) : left;
    },
    get hasWholeEvent() {
      const end = Buffer.concat([last, lineFeed]);
      return last.at(-1) === carriageReturn && endOfLastEvent(end) === end.length;
    },
    get heldBytes() {
      return rest.length;
    },
  };
}
