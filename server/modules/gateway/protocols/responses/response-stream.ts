import { createEventCutter } from '../../event-cutter.ts';
import { createHeldEvents } from '../../held-events.ts';
import { withPublicModel } from '../../model-naming.ts';
import type { ReplyReader } from '../../reply-reader.ts';
import type { ReplySink } from '../../reply-sink.ts';
import { readEvent, splitEvents, type SseEvent, withData } from '../../sse-events.ts';
import { type Fields, parseFields, withMember } from '../event-fields.ts';
import type { ModelNames } from '../../upstream-error.ts';
import { reportedFailure, shapeFailure, truncatedFailure } from '../../upstream-failure.ts';
import {
  allOutputTokens,
  fieldsOf,
  replyMembers,
  type TokenUsage,
  withoutSupplierCost,
  withoutUsage,
} from '../../usage.ts';
import { textBytesOfEvent, textBytesOfOutput } from './response-content.ts';
import { responseUsageOf } from './response-usage.ts';

const emptyBytes = Buffer.alloc(0);

/**
 * An answer in events of Responses, passed on from the first that the model wrote. Its last event repeats the whole
 * answer: it goes out with the end of the reply.
 */
export function createResponseStreamReply(sink: ReplySink, names: ModelNames): ReplyReader {
  const cutter = createEventCutter();
  const held = createHeldEvents();
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
      if (hasContent) out.push(...held.take(), passed);
      else held.add(passed);
    }
    return send(Buffer.concat(out));
  }
  function send(bytes: Buffer): boolean {
    if (bytes.length === 0) return true;
    if (sink.isUntouched) sink.startStream();
    return sink.write(bytes);
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
    if (isLast) {
      const response = fieldsOf(fields['response']);
      // Not every server sends pieces before it repeats them.
      if (textBytes === 0) textBytes = textBytesOfOutput(response?.['output']);
      usage = believable(responseUsageOf(response?.['usage']));
    }
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
      const left = cutter.end(({ data }) => data !== null && parseFields(data) !== null);
      if (left.length > 0) pass(left);
      if (error !== null) return reportedFailure(error, names);
      if (farewell === null) return hasContent ? truncatedFailure() : shapeFailure();
      send(Buffer.concat(held.take()));
      if (sink.isUntouched) sink.startStream();
      sink.end(farewell);
      return null;
    },
    usage: () => usage,
    inputUsage: () => null,
    textBytes: () => textBytes,
    heldBytes: () => cutter.heldBytes + held.bytes,
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
  return withMember(data, 'response', (response, members) => {
    const shown = (isCounted ? withoutSupplierCost : withoutUsage)(members, response);
    return withPublicModel(shown, replyMembers(shown) ?? members, modelId);
  });
}
