import { allOutputTokens, replyMembers, countOf, fieldsOf, type TokenUsage } from '../../usage.ts';
import { createEventCutter } from '../../event-cutter.ts';
import { withPublicModel } from '../../model-naming.ts';
import { readEvent, splitEvents, withData } from '../../sse-events.ts';
import { textBytesOfBlock } from './message-content.ts';
import { createMessageUsage, writeMessageUsage } from './message-usage.ts';

/** Judges the events of an answer in Messages, and gives out what of them the client gets. */
export interface MessageStream {
  /** Takes bytes as the network cut them, gives back whole events to pass on (empty when none is ready). */
  push(chunk: Buffer): Buffer;
  /** What is left when the upstream has ended. */
  end(): Buffer;
  /** `ending` when the reason of the end was given, `ended` by `message_stop` or a failure: nothing after it counts. */
  readonly phase: 'open' | 'ending' | 'ended';
  readonly hasContent: boolean;
  /** The upstream has said why it ended; otherwise it was cut off. */
  readonly isWhole: boolean;
  /** In which the upstream has said that it failed, empty where its events are in no order. */
  readonly error: Buffer | null;
  /** What waits in memory to become whole. */
  readonly heldBytes: number;
  readonly eventCount: number;
  readonly textBytes: number;
  readonly inputUsage: TokenUsage | null;
  readonly usage: TokenUsage | null;
}

export interface MessageStreamOptions {
  /** Public name of the model, put where the upstream writes its own. */
  readonly modelId: string;
  /** What is booked for so many bytes of text when the upstream has not counted. */
  readonly estimate: (textBytes: number) => TokenUsage;
}

type Fields = Readonly<Record<string, unknown>>;

const emptyBytes = Buffer.alloc(0);
/** Events before the first that the model wrote. */
const maxHeldBytes = 1024 * 1024;
/** Where client libraries stop reading: it goes out with the end of the reply. */
export const messageFarewell = Buffer.from('event: message_stop\ndata: {"type":"message_stop"}\n\n');

/**
 * Every event is parsed. What stands in the wrong order is no answer: client libraries put the pieces together by their
 * place and would fail on it.
 */
export function createMessageStream(options: MessageStreamOptions): MessageStream {
  const cutter = createEventCutter();
  const usage = createMessageUsage();
  const openBlocks = new Set<number>();
  let held: Buffer[] = [];
  let heldBytes = 0;
  let phase: MessageStream['phase'] = 'open';
  let hasStarted = false;
  let hasContent = false;
  let isWhole = false;
  let error: Buffer | null = null;
  let eventCount = 0;
  let textBytes = 0;

  function pass(events: Buffer): Buffer {
    const out: Buffer[] = [];
    for (const event of splitEvents(events)) {
      const passed = take(event);
      if (passed.length === 0) continue;
      if (hasContent) out.push(...release(), passed);
      else hold(passed);
    }
    return Buffer.concat(out);
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
    if (typeof reason !== 'string' || reason === '') return data;
    isWhole = true;
    phase = 'ending';
    const reported = usage.all();
    if (reported !== null && (allOutputTokens(reported) > 0 || textBytes === 0)) return data;
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
    const message = replyMembers(data)?.get('message');
    if (message === undefined) return data;
    const inner = data.subarray(message.valueStart, message.valueEnd);
    const members = replyMembers(inner);
    if (members === null) return data;
    return Buffer.concat([
      data.subarray(0, message.valueStart),
      withPublicModel(inner, members, options.modelId),
      data.subarray(message.valueEnd),
    ]);
  }

  return {
    push(chunk) {
      const events = cutter.push(chunk);
      return events.length === 0 ? emptyBytes : pass(events);
    },
    end() {
      const isWholeEvent = cutter.hasWholeEvent;
      const left = cutter.end();
      // Some servers leave the last blank line out. What was cut in the middle is no event.
      const data = left.length === 0 ? null : readEvent(left).data;
      const isEvent = data !== null && (isWholeEvent || parseFields(data) !== null);
      const out = isEvent ? pass(Buffer.concat([left, Buffer.from('\n\n')])) : emptyBytes;
      return isWhole && error === null ? Buffer.concat([...release(), out]) : out;
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
      return cutter.heldBytes + heldBytes;
    },
    get eventCount() {
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

function parseFields(data: Buffer): Fields | null {
  try {
    const value: unknown = JSON.parse(data.toString('utf8'));
    return Array.isArray(value) ? null : fieldsOf(value);
  } catch {
    return null;
  }
}
