import { endOfLastEvent, withoutByteOrderMark } from './sse-events.ts';

/** Makes whole server-sent events of bytes that the network cut anywhere. */
export interface EventCutter {
  /** Gives back the events that have ended, empty when none has. */
  push(chunk: Buffer): Buffer;
  /** What is left when the stream has ended: an event without its blank line, or a part of one. */
  end(): Buffer;
}

const emptyBytes = Buffer.alloc(0);
/** One event may not grow without end in memory: a picture has 32 MiB at most. */
const maxEventBytes = 33 * 1024 * 1024;
const maxPieces = 1024;

export function createEventCutter(): EventCutter {
  /** Pieces of an event that has not ended, joined once: an upstream may send it byte by byte. */
  let rest: Buffer[] = [];
  let restBytes = 0;
  let last: Buffer = emptyBytes;
  let isFirst = true;

  function keepRest(piece: Buffer): void {
    if (restBytes > maxEventBytes) throw new Error('an event of the upstream is too large');
    if (piece.length > 0) rest.push(piece);
    if (rest.length >= maxPieces) rest = [Buffer.concat(rest)];
  }
  /** Whether a blank line ends in this chunk; it may have begun in the one before. */
  function endsEvent(chunk: Buffer): boolean {
    const seam = Buffer.concat([last, chunk.subarray(0, 2)]);
    last = (chunk.length >= 2 ? chunk : seam).subarray(-2);
    return endOfLastEvent(seam) > 0 || endOfLastEvent(chunk) > 0;
  }

  return {
    push(chunk) {
      restBytes += chunk.length;
      if (!endsEvent(chunk)) {
        keepRest(chunk);
        return emptyBytes;
      }
      let bytes = rest.length === 0 ? chunk : Buffer.concat([...rest, chunk]);
      if (isFirst) bytes = withoutByteOrderMark(bytes);
      isFirst = false;
      const end = endOfLastEvent(bytes);
      rest = [];
      restBytes = bytes.length - end;
      keepRest(bytes.subarray(end));
      return bytes.subarray(0, end);
    },
    end() {
      const joined = Buffer.concat(rest);
      rest = [];
      return isFirst ? withoutByteOrderMark(joined) : joined;
    },
  };
}
