import { createEventCutter } from '../../event-cutter.ts';
import { withPublicModel } from '../../model-naming.ts';
import type { ReplyReader } from '../../reply-reader.ts';
import type { ReplySink } from '../../reply-sink.ts';
import { readEvent, splitEvents, type SseEvent, withData } from '../../sse-events.ts';
import type { ModelNames } from '../../upstream-error.ts';
import { reportedFailure, shapeFailure, truncatedFailure } from '../../upstream-failure.ts';
import { allOutputTokens, fieldsOf, replyMembers, type TokenUsage, withoutUsage } from '../../usage.ts';
import { textBytesOfEvent } from './response-content.ts';
import { responseUsageOf } from './response-usage.ts';

type Fields = Readonly<Record<string, unknown>>;

const emptyBytes = Buffer.alloc(0);
/** Events before the first that the model wrote. */
const maxHeldBytes = 1024 * 1024;

/**
 * An answer in events of Responses, passed on from the first that the model wrote. Its last event repeats the whole
 * answer: it goes out with the end of the reply.
 */
export function createResponseStreamReply(sink: ReplySink, names: ModelNames): ReplyReader {
  const cutter = createEventCutter();
  let held: Buffer[] = [];
  let heldBytes = 0;
  let isOver = false;
  let hasContent = false;
  let error: Buffer | null = null;
  let farewell: Buffer | null = null;
  let eventCount = 0;
  let textBytes = 0;
  let usage: TokenUsage | null = null;

  function pass(events: Buffer): boolean {
    const out: Buffer[] = [];
    for (const event of splitEvents(events)) {
      const passed = take(event);
      if (passed.length === 0) continue;
      if (hasContent) out.push(...release(), passed);
      else hold(passed);
    }
    return send(Buffer.concat(out));
  }
  function send(bytes: Buffer): boolean {
    if (bytes.length === 0) return true;
    if (sink.isUntouched) sink.startStream();
    return sink.write(bytes);
  }
  function hold(event: Buffer): void {
    heldBytes += event.length;
    if (heldBytes > maxHeldBytes) throw new Error('the upstream sends events without content');
    held.push(event);
  }
  function release(): Buffer[] {
    const released = held;
    held = [];
    return released;
  }
  /** @returns what of the event is passed on. */
  function take(bytes: Buffer): Buffer {
    if (isOver) return emptyBytes;
    const event = readEvent(bytes);
    if (event.data === null) return hasContent ? bytes : emptyBytes;
    if (event.data.toString('latin1').trim() === '[DONE]') return emptyBytes;
    const fields = parseFields(event.data);
    const type = fields?.['type'] ?? event.name;
    if (fields === null || typeof type !== 'string' || isFailure(event, type, fields)) {
      // Words that are no event of an answer are the upstream's own.
      if (hasContent || fields !== null || event.name === 'error') fail(event.data);
      return emptyBytes;
    }
    const isLast = type === 'response.completed' || type === 'response.incomplete';
    if (isLast) usage = believable(responseUsageOf(fieldsOf(fields['response'])?.['usage']));
    const isCounted = !isLast || usage !== null;
    const named =
      'response' in fields
        ? withData(bytes, event, withPublicName(event.data, names.modelId, isCounted))
        : bytes;
    if (isLast) {
      farewell = named;
      isOver = true;
      return emptyBytes;
    }
    const written = textBytesOfEvent(type, fields);
    if (written > 0) {
      eventCount += 1;
      textBytes += written;
      hasContent = true;
    }
    return named;
  }
  /** Nothing written, says the report, although text was: the books hold an estimate then. */
  function believable(reported: TokenUsage | null): TokenUsage | null {
    return reported !== null && allOutputTokens(reported) === 0 && textBytes > 0 ? null : reported;
  }
  function fail(said: Buffer): void {
    error ??= said;
    isOver = true;
  }

  return {
    push(chunk) {
      const events = cutter.push(chunk);
      return events.length === 0 || pass(events);
    },
    get phase() {
      return isOver ? 'ended' : 'open';
    },
    end() {
      const isWholeEvent = cutter.hasWholeEvent;
      const left = cutter.end();
      const data = left.length === 0 ? null : readEvent(left).data;
      // Some servers leave the last blank line out. What was cut in the middle is no event.
      if (data !== null && (isWholeEvent || parseFields(data) !== null))
        pass(Buffer.concat([left, Buffer.from('\n\n')]));
      if (error !== null) return reportedFailure(error, names);
      if (farewell === null) return hasContent ? truncatedFailure() : shapeFailure();
      send(Buffer.concat(release()));
      if (sink.isUntouched) sink.startStream();
      sink.end(farewell);
      return null;
    },
    usage: () => usage,
    inputUsage: () => null,
    textBytes: () => textBytes,
    heldBytes: () => cutter.heldBytes + heldBytes,
    hasDelivered: () => hasContent,
    outputTokensSoFar: () => eventCount,
  };
}

function isFailure(event: SseEvent, type: string, fields: Fields): boolean {
  return (
    event.name === 'error' ||
    type === 'error' ||
    type === 'response.failed' ||
    (fields['error'] ?? null) !== null
  );
}

/** An event whose `response` names the model as the catalogue does, and says nothing of usage that is not believed. */
function withPublicName(data: Buffer, modelId: string, isCounted: boolean): Buffer {
  const response = replyMembers(data)?.get('response');
  if (response === undefined) return data;
  const inner = data.subarray(response.valueStart, response.valueEnd);
  const members = replyMembers(inner);
  if (members === null) return data;
  const shown = isCounted ? inner : withoutUsage(members, inner);
  return Buffer.concat([
    data.subarray(0, response.valueStart),
    withPublicModel(shown, replyMembers(shown) ?? members, modelId),
    data.subarray(response.valueEnd),
  ]);
}

function parseFields(data: Buffer): Fields | null {
  try {
    const value: unknown = JSON.parse(data.toString('utf8'));
    return Array.isArray(value) ? null : fieldsOf(value);
  } catch {
    return null;
  }
}
