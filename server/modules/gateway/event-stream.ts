import type { JsonMember } from '../../kernel/json-members.ts';
import { deliveredTextBytes } from './delivered-text.ts';
import { countEvents, dataLinesOf, dataOf, endOfLastEvent, splitEvents } from './sse-events.ts';
import {
  allOutputTokens,
  hasUsage,
  replyMembers,
  reportsError,
  type TokenUsage,
  usageIn,
  withoutUsage,
} from './usage.ts';

export interface EventStreamOptions {
  /** The client asked for the usage event; otherwise the one we asked for is taken out. */
  readonly wantsUsage: boolean;
  /** Every event carries the usage so far; it is read and taken out of each. */
  readonly continuousUsage: boolean;
}

export interface EventStream {
  /** Takes bytes as the network cut them, gives back whole events to pass on (empty when none is complete). */
  push(chunk: Buffer): Buffer;
  /** Bytes after the last blank line, when the upstream has ended. */
  end(): Buffer;
  /** Events passed on so far: near enough the tokens of the answer while it is being written. */
  readonly eventCount: number;
  /** Events that were passed on, from the first, for counting when no usage comes; the number of bytes is bounded. */
  readonly sample: {
    readonly parts: readonly Buffer[];
    readonly sampleBytes: number;
    readonly totalBytes: number;
  };
  /** The newest usage the upstream has reported. */
  readonly usage: TokenUsage | null;
  /** The upstream has said that it failed, inside a stream that began well. Neither that event nor any after it is passed on. */
  readonly hasError: boolean;
}

const usageNeedle = Buffer.from('"usage"');
const errorNeedle = Buffer.from('"error"');
const emptyBytes = Buffer.alloc(0);
/** One event may not grow without end in memory. */
const maxEventBytes = 4 * 1024 * 1024;
const maxPieces = 1024;
/** About a thousand tokens; what follows is counted in proportion to its bytes. */
const maxSampleBytes = 256 * 1024;

/**
 * Passes server-sent events on whole, whatever way the network cut them, and looks inside only those that can hold
 * usage: the needle with its quotes cannot be text of a person, because quotes inside JSON strings are escaped.
 */
export function createEventStream(options: EventStreamOptions): EventStream {
  /** Pieces of an event that has not ended, joined once: an upstream may send it byte by byte. */
  let rest: Buffer[] = [];
  let restBytes = 0;
  let tail: Buffer = emptyBytes;
  let eventCount = 0;
  let totalBytes = 0;
  let sampleBytes = 0;
  const sampleParts: Buffer[] = [];
  let hasError = false;
  let usage: TokenUsage | null = null;

  function pass(events: Buffer): Buffer {
    const good = hasError ? emptyBytes : untilError(events);
    eventCount += countEvents(good);
    const passed = hasObject(good, usageNeedle) ? Buffer.concat(splitEvents(good).map(passOne)) : keep(good);
    // What was used may be reported after the error too.
    if (hasError) splitEvents(events.subarray(good.length)).forEach(meter);
    return passed;
  }
  function passOne(event: Buffer): Buffer {
    return keep(meter(event));
  }
  function untilError(events: Buffer): Buffer {
    if (!events.includes(errorNeedle)) return events;
    let goodBytes = 0;
    for (const event of splitEvents(events)) {
      if (isError(event)) {
        hasError = true;
        break;
      }
      goodBytes += event.length;
    }
    return events.subarray(0, goodBytes);
  }
  function keepRest(piece: Buffer): void {
    if (restBytes > maxEventBytes) throw new Error('an event of the upstream is too large');
    if (piece.length > 0) rest.push(piece);
    if (rest.length >= maxPieces) rest = [Buffer.concat(rest)];
  }
  /** Whether a blank line ends in this chunk; it may have begun in the one before. */
  function endsEvent(chunk: Buffer): boolean {
    const seam = Buffer.concat([tail, chunk.subarray(0, 2)]);
    tail = (chunk.length >= 2 ? chunk : seam).subarray(-2);
    return endOfLastEvent(seam) > 0 || endOfLastEvent(chunk) > 0;
  }
  function meter(event: Buffer): Buffer {
    const data = eventData(event);
    if (data === null || !hasUsage(data.members, data.json)) return event;
    const found = usageIn(data.json, data.members);
    if (found === null || isContradicted(found, data)) return withoutUsageOf(event, data);
    usage = found;
    return withoutForcedUsage(event, data, options);
  }
  /** Nothing written, says the last event, although text was. */
  function isContradicted(found: TokenUsage, data: EventData): boolean {
    return allOutputTokens(found) === 0 && hasNoChoices(data) && deliveredTextBytes(sample()) > 0;
  }
  const sample = () => ({ parts: sampleParts, sampleBytes, totalBytes });
  function keep(passed: Buffer): Buffer {
    totalBytes += passed.length;
    if (sampleBytes >= maxSampleBytes) return passed;
    sampleParts.push(passed);
    sampleBytes += passed.length;
    return passed;
  }

  return {
    push(chunk) {
      restBytes += chunk.length;
      if (!endsEvent(chunk)) {
        keepRest(chunk);
        return emptyBytes;
      }
      const bytes = rest.length === 0 ? chunk : Buffer.concat([...rest, chunk]);
      const end = endOfLastEvent(bytes);
      rest = [];
      restBytes = bytes.length - end;
      keepRest(bytes.subarray(end));
      return end === 0 ? emptyBytes : pass(bytes.subarray(0, end));
    },
    end() {
      const left = Buffer.concat(rest);
      rest = [];
      return left.length === 0 ? left : pass(left);
    },
    get usage() {
      return usage;
    },
    get eventCount() {
      return eventCount;
    },
    get sample() {
      return sample();
    },
    get hasError() {
      return hasError;
    },
  };
}

interface EventData {
  /** Where the JSON begins in the event. */
  readonly start: number;
  readonly json: Buffer;
  readonly members: ReadonlyMap<string, JsonMember>;
}

/** The JSON object of an event; null for comments, `[DONE]` and everything else. */
function eventData(event: Buffer): EventData | null {
  const data = dataOf(event);
  if (data === null) return null;
  const json = event.subarray(data.start, data.end);
  const members = replyMembers(json);
  return members === null ? null : { start: data.start, json, members };
}

function isError(event: Buffer): boolean {
  const json = dataLinesOf(event);
  const members = json === null ? null : replyMembers(json);
  return json !== null && members !== null && reportsError(members, json);
}

/** The usage event that was not requested is removed; usage so far, inside an event that carries text, becomes null. */
function withoutForcedUsage(event: Buffer, data: EventData, options: EventStreamOptions): Buffer {
  if (hasNoChoices(data)) return options.wantsUsage ? event : emptyBytes;
  return options.continuousUsage ? withoutUsageOf(event, data) : event;
}

/** The same event with `null` for usage; nothing where it carries nothing else. */
function withoutUsageOf(event: Buffer, data: EventData): Buffer {
  if (hasNoChoices(data)) return emptyBytes;
  const { start, json, members } = data;
  const after = event.subarray(start + json.length);
  return Buffer.concat([event.subarray(0, start), withoutUsage(members, json), after]);
}

function hasNoChoices({ json, members }: EventData): boolean {
  const choices = members.get('choices');
  if (choices === undefined) return false;
  return /^\[\s*\]$/.test(
    json.toString('latin1', choices.valueStart, Math.min(choices.valueEnd, choices.valueStart + 16)),
  );
}

/** Whether a name occurs whose value is an object; most upstreams send `"usage":null` with every event. */
function hasObject(bytes: Buffer, name: Buffer): boolean {
  for (let at = bytes.indexOf(name); at !== -1; at = bytes.indexOf(name, at + 1)) {
    if (/^\s*:\s*\{/.test(bytes.toString('latin1', at + name.length, at + name.length + 16))) return true;
  }
  return false;
}
