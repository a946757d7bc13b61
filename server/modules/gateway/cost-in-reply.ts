import type { JsonMember } from '../../kernel/json-members.ts';
import { type Fields, parseFields, withMember } from './protocols/event-fields.ts';
import { writeChatUsage } from './protocols/chat/write-answer.ts';
import { writeMessageUsage } from './protocols/messages/message-usage.ts';
import type { ProtocolName } from './protocols/protocol.ts';
import { writeResponseUsage } from './protocols/responses/response-usage.ts';
import { costText, type Receipt } from './receipt.ts';
import type { ReplySink } from './reply-sink.ts';
import { readEvent, type SseEvent, splitEvents, withData } from './sse-events.ts';
import { replyMembers, type TokenUsage } from './usage.ts';

const usageNeedle = Buffer.from('"usage"');
const noBytes = Buffer.alloc(0);
const writeUsage: Readonly<Record<ProtocolName, (usage: TokenUsage) => Fields>> = {
  chat: writeChatUsage,
  messages: writeMessageUsage,
  responses: writeResponseUsage,
};

/**
 * Stands before the client's end where the client wants `usage.cost`. The cost is known when the answer is booked, so the
 * usage waits for it: a whole answer, which waits in any case, or the last event that reports usage. Everything before
 * that goes out as it comes. A JSON answer that is too large to be held back is passed on without its cost.
 */
export function withCost(sink: ReplySink, protocol: ProtocolName): ReplySink {
  let isPassing = false;
  let whole: Buffer | null = null;
  let ending: Buffer | null = null;
  /** The last report of usage, and what says nothing and came behind it. */
  const held: Buffer[] = [];
  /** By which an event of ours is written that belongs to the answer. */
  let lastEvents: Buffer = noBytes;

  function released(events: Buffer): Buffer {
    if (held.length === 0 && !events.includes(usageNeedle)) return events;
    const out: Buffer[] = [];
    for (const event of splitEvents(events)) {
      const isReport = reportsUsage(event);
      if (isReport || !isSilent(event)) out.push(...held.splice(0));
      if (isReport || held.length > 0) held.push(event);
      else out.push(event);
    }
    return Buffer.concat(out);
  }
  function endOf(receipt: Receipt): Buffer {
    const events = [...held, ...splitEvents(ending ?? noBytes)];
    for (const [at, event] of [...events.entries()].toReversed()) {
      const costed = costedEvent(event, protocol, receipt);
      if (costed !== null) return Buffer.concat(events.with(at, costed));
    }
    return Buffer.concat([
      ...held,
      protocol === 'chat' ? usageEvent(lastEvents, receipt) : noBytes,
      ending ?? noBytes,
    ]);
  }

  return {
    get isUntouched() {
      return sink.isUntouched && whole === null && ending === null;
    },
    get hasSentNothing() {
      return sink.hasSentNothing;
    },
    get waitingBytes() {
      return held.reduce((sum, { length }) => sum + length, sink.waitingBytes);
    },
    sendWhole(body) {
      whole = body;
    },
    startBody(contentType) {
      isPassing = true;
      sink.startBody(contentType);
    },
    startStream: () => sink.startStream(),
    keepAlive: (everyMs) => sink.keepAlive(everyMs),
    write(bytes) {
      if (isPassing) return sink.write(bytes);
      const out = released(bytes);
      if (out.length === 0) return true;
      lastEvents = out;
      return sink.write(out);
    },
    end(lastBytes = noBytes) {
      ending = lastBytes;
    },
    complete(receipt) {
      if (whole !== null) sink.sendWhole(receipt === null ? whole : costed(whole, protocol, receipt));
      else if (ending !== null)
        sink.end(isPassing || receipt === null ? Buffer.concat([...held, ending]) : endOf(receipt));
      sink.complete(receipt);
    },
    fail: (problem) => sink.fail(problem),
  };
}

/** An object in place of the usage, or in addition where there is none. */
function costed(json: Buffer, protocol: ProtocolName, receipt: Receipt): Buffer {
  const members = replyMembers(json);
  if (members === null) return json;
  const member = members.get('usage');
  const told = member === undefined ? null : parseFields(valueOf(json, member));
  // Digits of the amount and not a number: nothing rounds on the way.
  const counted = JSON.stringify(told ?? writeUsage[protocol](receipt.usage)).slice(0, -1);
  const usage = Buffer.from(`${counted}${counted === '{' ? '' : ','}"cost":${costText(receipt)}}`);
  if (member !== undefined)
    return Buffer.concat([json.subarray(0, member.valueStart), usage, json.subarray(member.valueEnd)]);
  const inside = json.indexOf('{') + 1;
  return Buffer.concat([
    json.subarray(0, inside),
    Buffer.from('"usage":'),
    usage,
    Buffer.from(members.size === 0 ? '' : ','),
    json.subarray(inside),
  ]);
}

/** Null for an event that has no place for it. */
function costedEvent(bytes: Buffer, protocol: ProtocolName, receipt: Receipt): Buffer | null {
  const event = readEvent(bytes);
  if (event.data === null) return null;
  if (reportsUsage(bytes)) return withData(bytes, event, costed(event.data, protocol, receipt));
  if (protocol !== 'responses' || !isWholeResponse(event)) return null;
  const changed = withMember(event.data, 'response', (response) => costed(response, protocol, receipt));
  return withData(bytes, event, changed);
}

function isWholeResponse({ data }: SseEvent): boolean {
  const type = data === null ? null : parseFields(data)?.['type'];
  return type === 'response.completed' || type === 'response.incomplete';
}

/** Whether an event has an object for usage of its own; that of a beginning stands inside its message. */
function reportsUsage(bytes: Buffer): boolean {
  if (!bytes.includes(usageNeedle)) return false;
  const { data } = readEvent(bytes);
  const member = data === null ? undefined : replyMembers(data)?.get('usage');
  return data !== null && member !== undefined && parseFields(valueOf(data, member)) !== null;
}

/** Comments and pings. */
function isSilent(bytes: Buffer): boolean {
  const { data } = readEvent(bytes);
  return data === null || parseFields(data)?.['type'] === 'ping';
}

function valueOf(json: Buffer, { valueStart, valueEnd }: JsonMember): Buffer {
  return json.subarray(valueStart, valueEnd);
}

/** A usage event for a stream of chat completions that has none. */
function usageEvent(events: Buffer, receipt: Receipt): Buffer {
  const [last] = splitEvents(events).flatMap((event) => {
    const { data } = readEvent(event);
    const fields = data === null ? null : parseFields(data);
    return fields === null ? [] : [fields];
  });
  const { id, object, created, model } = last ?? {};
  const chunk = Buffer.from(JSON.stringify({ id, object, created, model, choices: [] }));
  return Buffer.concat([Buffer.from('data: '), costed(chunk, 'chat', receipt), Buffer.from('\n\n')]);
}
