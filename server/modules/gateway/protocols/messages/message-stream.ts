import {
  allOutputTokens,
  countOf,
  fieldsOf,
  replyMembers,
  type TokenUsage,
  withoutSupplierCost,
} from '../../usage.ts';
import { createEventCutter } from '../../event-cutter.ts';
import { createEventReply, type JudgedEvents } from '../../event-reply.ts';
import type { ReplyReader } from '../../reply-reader.ts';
import type { ReplySink } from '../../reply-sink.ts';
import type { ModelNames } from '../../upstream-error.ts';
import { createHeldEvents } from '../../held-events.ts';
import { withPublicModel } from '../../model-naming.ts';
import { readEvent, splitEvents, withData } from '../../sse-events.ts';
import { type Fields, parseFields, withMember } from '../event-fields.ts';
import { textBytesOfBlock } from './message-content.ts';
import { createMessageUsage, writeMessageUsage } from './message-usage.ts';

export interface MessageStreamOptions {
  /** Public name of the model, put where the upstream writes its own. */
  readonly modelId: string;
  /** What is booked for so many bytes of text when the upstream has not counted. */
  readonly estimate: (textBytes: number) => TokenUsage;
}

const emptyBytes = Buffer.alloc(0);
/** Where client libraries stop reading. */
export const messageFarewell = Buffer.from('event: message_stop\ndata: {"type":"message_stop"}\n\n');

/** An answer in events of Messages. */
export function createMessageStreamReply(
  sink: ReplySink,
  options: MessageStreamOptions & ModelNames,
): ReplyReader {
  return createEventReply(sink, createMessageStream(options), messageFarewell, options);
}

/**
 * Every event is parsed. What stands in the wrong order is no answer: client libraries put the pieces together by their
 * place and would fail on it.
 */
export function createMessageStream(options: MessageStreamOptions): JudgedEvents {
  const cutter = createEventCutter();
  const usage = createMessageUsage();
  const openBlocks = new Set<number>();
  const held = createHeldEvents();
  /** `ending` when the reason of the end was given, `ended` by `message_stop` or a failure. */
  let phase: JudgedEvents['phase'] = 'open';
  let hasStarted = false;
  let hasContent = false;
  let isWhole = false;
  /** Empty where the upstream's events are in no order. */
  let error: Buffer | null = null;
  let eventCount = 0;
  let textBytes = 0;

  function pass(events: Buffer): Buffer {
    const out: Buffer[] = [];
    for (const event of splitEvents(events)) {
      const passed = take(event);
      if (passed.length === 0) continue;
      if (hasContent) out.push(...held.take(), passed);
      else held.add(passed);
    }
    return Buffer.concat(out);
  }
  /** @returns what of the event is passed on. */
  function take(bytes: Buffer): Buffer {
    if (phase === 'ended') return emptyBytes;
    const event = readEvent(bytes);
    if (event.data === null) return hasContent ? bytes : emptyBytes;
    const fields = parseFields(event.data);
    const type = fields?.['type'] ?? event.name;
    if (fields === null || event.name === 'error' || type === 'error') {
      // Words that are no event of an answer are the upstream's own.
      if (hasContent || fields !== null || event.name === 'error') fail(event.data);
      return emptyBytes;
    }
    if (type === 'message_start') {
      start(fields);
      return error !== null ? emptyBytes : withData(bytes, event, withPublicName(event.data));
    }
    if (type === 'ping') return hasContent ? bytes : emptyBytes;
    if (!hasStarted) fail();
    else if (type === 'message_stop') stop();
    else if (typeof type === 'string' && type.startsWith('content_block_')) takeBlock(type, fields);
    else if (type === 'message_delta') return withData(bytes, event, takeDelta(event.data, fields));
    return error !== null || type === 'message_stop' ? emptyBytes : bytes;
  }
  function start(fields: Fields): void {
    if (hasStarted) fail();
    hasStarted = true;
    usage.noteStart(fieldsOf(fields['message'])?.['usage']);
  }
  function takeBlock(type: string, fields: Fields): void {
    const index = countOf(fields['index']);
    const isStart = type === 'content_block_start';
    if (index === null || openBlocks.has(index) === isStart) {
      fail();
      return;
    }
    if (isStart) openBlocks.add(index);
    if (type === 'content_block_stop') openBlocks.delete(index);
    const bytes = textBytesOfBlock(fields[isStart ? 'content_block' : 'delta']);
    if (bytes === 0) return;
    eventCount += 1;
    textBytes += bytes;
    hasContent = true;
  }
  /** @returns the event's data; clients expect numbers, so what is not believed becomes what the books hold. */
  function takeDelta(data: Buffer, fields: Fields): Buffer {
    usage.note(fields['usage']);
    const reason = fieldsOf(fields['delta'])?.['stop_reason'];
    const shown = withoutSupplierCost(replyMembers(data) ?? new Map(), data);
    if (typeof reason !== 'string' || reason === '') return shown;
    isWhole = true;
    phase = 'ending';
    const reported = usage.all();
    if (reported !== null && (allOutputTokens(reported) > 0 || textBytes === 0)) return shown;
    const { outputTokens, ...read } = options.estimate(textBytes);
    const counted = { ...(usage.read() ?? read), outputTokens } as const;
    return Buffer.from(JSON.stringify({ ...fields, usage: writeMessageUsage(counted) }));
  }
  function stop(): void {
    if (hasContent) isWhole = true;
    phase = 'ended';
  }
  function fail(said: Buffer = emptyBytes): void {
    error ??= said;
    phase = 'ended';
  }
  function withPublicName(data: Buffer): Buffer {
    return withMember(data, 'message', (message, members) => {
      const shown = withoutSupplierCost(members, message);
      return withPublicModel(shown, replyMembers(shown) ?? members, options.modelId);
    });
  }

  return {
    push(chunk) {
      const events = cutter.push(chunk);
      return events.length === 0 ? emptyBytes : pass(events);
    },
    end() {
      const left = cutter.end(({ data }) => data !== null && parseFields(data) !== null);
      const out = left.length > 0 ? pass(left) : emptyBytes;
      return isWhole && error === null ? Buffer.concat([...held.take(), out]) : out;
    },
    get phase() {
      return phase;
    },
    get hasContent() {
      return hasContent;
    },
    get isWhole() {
      return isWhole;
    },
    get error() {
      return error;
    },
    get heldBytes() {
      return cutter.heldBytes + held.bytes;
    },
    get isAnswer() {
      return hasContent || isWhole;
    },
    get tokensSoFar() {
      return eventCount;
    },
    get textBytes() {
      return textBytes;
    },
    get inputUsage() {
      return usage.read();
    },
    get usage() {
      return usage.all();
    },
  };
}
