import { createEventCutter } from '../../event-cutter.ts';
import type { RequestFacts } from '../../read-request.ts';
import type { ReplyReader } from '../../reply-reader.ts';
import type { ReplySink } from '../../reply-sink.ts';
import { readEvent, splitEvents } from '../../sse-events.ts';
import type { ModelNames } from '../../upstream-error.ts';
import { reportedFailure, shapeFailure, truncatedFailure } from '../../upstream-failure.ts';
import { pieceUsage, type TokenUsage } from '../../usage.ts';
import type { ImageWishes } from '../../work.ts';
import { type Fields, parseFields } from '../event-fields.ts';
import { imageUsageOf, isBase64, shownFields, shownUsage } from './image-usage.ts';

const emptyBytes = Buffer.alloc(0);
const eventName = /^image_(generation|edit)\.(partial_image|completed)$/;

/** Pictures in events: previews that are charged by tokens at most, and each whole one, the last with the booking. */
export function createImageStreamReply(
  sink: ReplySink,
  facts: RequestFacts & ModelNames,
  wishes: ImageWishes,
): ReplyReader {
  const stream = createImageStream(facts, wishes);
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
      if (stream.error !== null) return reportedFailure(stream.error, facts);
      if (!stream.isWhole) return stream.hasContent ? truncatedFailure() : shapeFailure();
      passOn(rest);
      if (sink.isUntouched) sink.startStream();
      sink.end(stream.takeLast());
      return null;
    },
    usage: () => stream.usage,
    inputUsage: () => null,
    textBytes: () => 0,
    heldBytes: () => stream.heldBytes,
    hasDelivered: () => !sink.isUntouched,
    outputTokensSoFar: () => 0,
  };
}

/** What came of a stream of pictures until now. */
interface ImageStream {
  push(chunk: Buffer): Buffer;
  end(): Buffer;
  /** The last picture, which goes out with the end of the answer, so that it is in the books when it is seen. */
  takeLast(): Buffer;
  readonly phase: ReplyReader['phase'];
  readonly hasContent: boolean;
  /** A picture has come whole. */
  readonly isWhole: boolean;
  readonly error: Buffer | null;
  readonly heldBytes: number;
  readonly usage: TokenUsage | null;
}

/** Every event is parsed: they are few, and large. */
function createImageStream(facts: RequestFacts, wishes: ImageWishes): ImageStream {
  const cutter = createEventCutter();
  let phase: ReplyReader['phase'] = 'open';
  let hasContent = false;
  let completed = 0;
  let usage: TokenUsage | null = null;
  let error: Buffer | null = null;
  let last: Buffer = emptyBytes;

  function pass(events: Buffer): Buffer {
    return Buffer.concat(splitEvents(events).map(take));
  }
  function take(bytes: Buffer): Buffer {
    if (phase === 'ended') return emptyBytes;
    const { name, data } = readEvent(bytes);
    if (data === null || data.equals(doneData)) return emptyBytes;
    const fields = parseFields(data);
    const said = fields?.['type'];
    const [type = '', , what] = eventName.exec(typeof said === 'string' ? said : (name ?? '')) ?? [];
    if (fields === null || what === undefined || !isBase64(fields)) {
      fail(fields === null ? emptyBytes : data);
      return emptyBytes;
    }
    hasContent = true;
    const shown = shownEvent(type, fields);
    if (what === 'partial_image') return shown;
    completed += 1;
    const made = imageUsageOf(fields, { facts, wishes, count: 1 }).usage;
    usage = usage === null ? made : sumOf(usage, made);
    if (completed < wishes.count) return shown;
    phase = 'ended';
    last = shown;
    return emptyBytes;
  }
  function fail(said: Buffer): void {
    error ??= said;
    phase = 'ended';
  }

  return {
    takeLast() {
      const taken = last;
      last = emptyBytes;
      return taken;
    },
    push(chunk) {
      const events = cutter.push(chunk);
      return events.length === 0 ? emptyBytes : pass(events);
    },
    end() {
      const left = cutter.end(({ data }) => data !== null && parseFields(data) !== null);
      return left.length > 0 ? pass(left) : emptyBytes;
    },
    get phase() {
      return phase;
    },
    get hasContent() {
      return hasContent;
    },
    get isWhole() {
      return completed > 0;
    },
    get error() {
      return error;
    },
    get heldBytes() {
      return cutter.heldBytes + last.length;
    },
    // A preview alone is no picture.
    get usage() {
      return usage ?? (hasContent ? pieceUsage({}) : null);
    },
  };
}
const doneData = Buffer.from('[DONE]');

/** An event written anew from what is known, because what servers add may name them. */
function shownEvent(type: string, fields: Fields): Buffer {
  const numbers = ['created_at', 'partial_image_index'].flatMap((name) =>
    Number.isSafeInteger(fields[name]) ? [[name, fields[name]] as const] : [],
  );
  const usage = shownUsage(fields['usage']);
  const shown = {
    type,
    b64_json: fields['b64_json'],
    ...Object.fromEntries<unknown>(numbers),
    ...shownFields(fields),
    ...(usage === null ? {} : { usage }),
  };
  return Buffer.from(`event: ${type}\ndata: ${JSON.stringify(shown)}\n\n`);
}

function sumOf(a: TokenUsage, b: TokenUsage): TokenUsage {
  const pieces: Record<string, number> = { ...a.pieces };
  const added: Readonly<Record<string, number>> = { ...b.pieces };
  for (const [name, count] of Object.entries(added)) pieces[name] = (pieces[name] ?? 0) + count;
  return {
    ...a,
    inputTokens: Math.max(a.inputTokens, b.inputTokens),
    outputTokens: a.outputTokens + b.outputTokens,
    pieces,
  };
}
