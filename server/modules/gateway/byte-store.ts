/** Bytes that wait for the rest of what they belong to, joined in time that grows with their number, however they are cut. */
export interface ByteStore {
  readonly length: number;
  push(piece: Buffer): void;
  /** All of them, in one piece; the store is empty then. */
  take(): Buffer;
}

const emptyBytes = Buffer.alloc(0);

export function createByteStore(): ByteStore {
  /** The only piece, or memory that is larger than what is in it. */
  let memory: Buffer = emptyBytes;
  let length = 0;
  let isOwn = false;

  function grow(needed: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.ceil(needed * 1.5));
    memory.copy(larger, 0, 0, length);
    memory = larger;
    isOwn = true;
  }

  return {
    get length() {
      return length;
    },
    push(piece) {
      if (piece.length === 0) return;
      if (length === 0) {
        memory = piece;
        isOwn = false;
      } else {
        if (!isOwn || length + piece.length > memory.length) grow(length + piece.length);
        piece.copy(memory, length);
      }
      length += piece.length;
    },
    take() {
      const bytes = memory.subarray(0, length);
      memory = emptyBytes;
      length = 0;
      return bytes;
    },
  };
}
