import { createByteStore } from './byte-store.ts';
import { endOfLastEvent, readEvent, type SseEvent, withoutByteOrderMark } from './sse-events.ts';

/** Makes whole server-sent events of bytes that the network cut anywhere. */
export interface EventCutter {
  /** Gives back the events that have ended, empty when none has. */
  push(chunk: Buffer): Buffer;
  /**
   * The last event when the stream has ended, with its blank line, which some servers leave out; empty when there is
   * none. What was cut in the middle is no event.
   * @param isReadable whether what stands there without its blank line was written to its end.
   */
  end(isReadable: (event: SseEvent) => boolean): Buffer;
  /** What waits for the rest of its event. */
  readonly heldBytes: number;
}

const emptyBytes = Buffer.alloc(0);
const carriageReturn = 0x0d;
const lineFeed = Buffer.from('\n');
const blankLine = Buffer.from('\n\n');
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

  /** A CR that stands last could have been half of a CR LF, so its event is still here. */
  function hasBlankLine(): boolean {
    const end = Buffer.concat([last, lineFeed]);
    return last.at(-1) === carriageReturn && endOfLastEvent(end) === end.length;
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
    end(isReadable) {
      const bytes = rest.take();
      const left = isFirst ? withoutByteOrderMark(bytes) : bytes;
      if (left.length === 0 || !(hasBlankLine() || isReadable(readEvent(left)))) return emptyBytes;
      return Buffer.concat([left, blankLine]);
    },
    get heldBytes() {
      return rest.length;
    },
  };
}
