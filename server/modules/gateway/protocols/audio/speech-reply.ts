import type { ReplyReader } from '../../reply-reader.ts';
import type { ReplySink } from '../../reply-sink.ts';
import { shapeFailure } from '../../upstream-failure.ts';
import { pieceUsage } from '../../usage.ts';
import type { SpeechWishes } from '../../work.ts';

/** Every format tells what it is within these. */
const signatureBytes = 12;

/**
 * Sound as it comes, from the first bytes that are sound: these say what they are, because servers make
 * another format than was asked for and call it by the wrong name.
 */
export function createSpeechReply(sink: ReplySink, { format, characters }: SpeechWishes): ReplyReader {
  let first: Buffer | null = Buffer.alloc(0);
  let isWhole = false;

  function begin(bytes: Buffer): boolean {
    const type = soundTypeOf(bytes, format);
    if (type === null) throw new Error('the upstream sends no sound');
    first = null;
    sink.startBody(type);
    return sink.write(bytes);
  }

  return {
    phase: 'open',
    push(chunk) {
      if (first === null) return sink.write(chunk);
      first = Buffer.concat([first, chunk]);
      return first.length < signatureBytes || begin(first);
    },
    end() {
      if (first !== null) return shapeFailure();
      isWhole = true;
      sink.end();
      return null;
    },
    usage: () => (isWhole ? pieceUsage({ characters }) : null),
    inputUsage: () => null,
    textBytes: () => 0,
    hasDelivered: () => first === null,
    heldBytes: () => first?.length ?? 0,
    outputTokensSoFar: () => 0,
  };
}

/** The media type of sound; null for bytes that are none. Samples without a head are only what was asked for as such. */
export function soundTypeOf(bytes: Buffer, format: string): string | null {
  const head = bytes.toString('latin1', 0, signatureBytes);
  if (head.startsWith('RIFF') && head.startsWith('WAVE', 8)) return 'audio/wav';
  if (head.startsWith('OggS')) return 'audio/ogg';
  if (head.startsWith('fLaC')) return 'audio/flac';
  if (head.startsWith('ID3')) return 'audio/mpeg';
  if (head.startsWith('ftyp', 4)) return 'audio/mp4';
  if (format === 'pcm') return 'audio/pcm';
  const [sync = 0, layer = 0] = bytes;
  if (sync !== 0xff || (layer & 0xe0) !== 0xe0) return null;
  // The frames of AAC say layer 0, which MPEG audio does not have.
  return (layer & 0x06) === 0 ? 'audio/aac' : 'audio/mpeg';
}
