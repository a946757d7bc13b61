import { type JsonMember, MalformedJson, parseMember } from '../../kernel/json-members.ts';
import { deliveredTextBytes, textBytesOfChoices } from './delivered-text.ts';
import { createEventCutter } from './event-cutter.ts';
import { createModelNaming } from './model-naming.ts';
import { isPlain } from './plain-events.ts';
import { countEvents, readEvent, splitEvents, type SseEvent, withData } from './sse-events.ts';
import {
  allOutputTokens,
  allTokens,
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
  /** Answers that were requested: all of them must finish. */
  readonly choices: number;
  /** Public name of the model, put where the upstream writes its own. */
  readonly modelId: string;
}

export interface EventStream {
  /** Takes bytes as the network cut them, gives back whole events to pass on (empty when none is ready). */
  push(chunk: Buffer): Buffer;
  /** What is left when the upstream has ended. */
  end(): Buffer;
  /**
   * `open`: more is to come. `ending`: every answer is finished or the upstream has failed, and only its usage may still
   * follow. `ended`: the protocol's end; nothing after it counts.
   */
  readonly phase: 'open' | 'ending' | 'ended';
  /** Something that the model wrote has been given out; what goes before it is held back until then. */
  readonly hasContent: boolean;
  /** The upstream has said by `[DONE]`, a finish reason or its usage that this is an answer; otherwise it was cut off. */
  readonly isWhole: boolean;
  /** Events passed on so far: near enough the tokens of the answer while it is being written. */
  readonly eventCount: number;
  /** Events that were passed on, from the first, for counting when no usage comes; the number of bytes is bounded. */
  readonly sample: {
    readonly parts: readonly Buffer[];
    readonly sampleBytes: number;
    readonly totalBytes: number;
  };
  /** The most that the upstream has reported: reports are cumulative. */
  readonly usage: TokenUsage | null;
  /** The upstream has said that it failed. Neither that event nor any after it is passed on. */
  readonly hasError: boolean;
}

const emptyBytes = Buffer.alloc(0);
/** Events before the first that the model wrote: a role, empty texts. */
const maxHeldBytes = 1024 * 1024;
/** About a thousand tokens; what follows is counted in proportion to its bytes. */
const maxSampleBytes = 256 * 1024;

/**
 * Passes server-sent events on whole, whatever way the network cut them. Until the model has written something each is
 * read; after that only those that can hold usage, an error or an end: a needle with its quotes cannot be text of a
 * person, because quotes inside JSON strings are escaped.
 */
export function createEventStream(options: EventStreamOptions): EventStream {
  const cutter = createEventCutter();
  let held: Buffer[] = [];
  let heldBytes = 0;
  let phase: EventStream['phase'] = 'open';
  let hasContent = false;
  let isWhole = false;
  let hasError = false;
  const finished = new Set<unknown>();
  let eventCount = 0;
  let totalBytes = 0;
  let sampleBytes = 0;
  const sampleParts: Buffer[] = [];
  let usage: TokenUsage | null = null;
  const naming = createModelNaming(options.modelId);

  function pass(events: Buffer): Buffer {
    if (phase === 'ended') return emptyBytes;
    if (hasContent && !hasError) {
      const count = countEvents(events);
      const renamed = isPlain(events, count) ? naming.rename(events) : null;
      if (renamed !== null) {
        eventCount += count;
        return keep(renamed);
      }
    }
    const out: Buffer[] = [];
    for (const event of splitEvents(events)) {
      const passed = take(event);
      if (passed.length === 0) continue;
      eventCount += 1;
      if (hasContent) out.push(keep(passed));
      else hold(passed);
    }
    return hasContent ? Buffer.concat([...release(), ...out]) : emptyBytes;
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
    // A comment is for the connection, which is ours until something was written.
    if (event.data === null) return hasContent ? bytes : emptyBytes;
    if (event.data.toString('latin1', 0, 16).trim() === '[DONE]') {
      isWhole = true;
      phase = 'ended';
      return emptyBytes;
    }
    const members = replyMembers(event.data);
    if (event.name === 'error' || (members !== null && reportsError(members, event.data))) fail();
    // Words that are no event of an answer are the upstream's own.
    if (members === null) {
      if (hasContent) fail();
      return emptyBytes;
    }
    const read = { bytes, event, data: event.data, members };
    naming.learn(event.data, members);
    const passed = meter(read);
    if (hasError) return emptyBytes;
    look(read);
    if (!members.has('choices')) return emptyBytes;
    return naming.rename(passed) ?? passed;
  }
  /** Another upstream is asked at once; after something was written, what it cost may still be reported. */
  function fail(): void {
    hasError = true;
    phase = hasContent ? 'ending' : 'ended';
  }
  /** Whether the model has written something, and which answers are finished. */
  function look({ data, members }: ReadEvent): void {
    const choices = choicesOf(data, members);
    if (!hasContent) hasContent = textBytesOfChoices({ choices }) > 0;
    for (const choice of choices) {
      const { index, finish_reason: reason } = choice as { index?: unknown; finish_reason?: unknown };
      if (typeof reason === 'string' && reason !== '') finished.add(index ?? 0);
    }
    if (finished.size > 0 || usage !== null) isWhole = true;
    if (finished.size < options.choices) return;
    // The usage of a finished answer comes in an event of its own, or not at all.
    const isLast = usage !== null && choices.length === 0;
    phase = isLast ? 'ended' : 'ending';
  }
  function meter(read: ReadEvent): Buffer {
    const { bytes, data, members } = read;
    if (!hasUsage(members, data)) return bytes;
    const found = usageIn(data, members);
    if (found === null || isContradicted(found, read)) return withoutUsageOf(read);
    if (usage === null || allTokens(found) >= allTokens(usage)) usage = found;
    return withoutForcedUsage(read, options);
  }
  /** Nothing written, says the last event, although text was. */
  function isContradicted(found: TokenUsage, read: ReadEvent): boolean {
    return allOutputTokens(found) === 0 && hasNoChoices(read) && deliveredTextBytes(sample()) > 0;
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
      const events = cutter.push(chunk);
      return events.length === 0 ? emptyBytes : pass(events);
    },
    end() {
      const left = cutter.end();
      // Some servers leave the last blank line out. What was cut in the middle is no event.
      const isEvent = left.length > 0 && isReadable(readEvent(left));
      const out = isEvent ? pass(Buffer.concat([left, Buffer.from('\n\n')])) : emptyBytes;
      return isWhole && !hasError ? Buffer.concat([...release(), out]) : out;
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

interface ReadEvent {
  readonly bytes: Buffer;
  readonly event: SseEvent;
  /** Its JSON object. */
  readonly data: Buffer;
  readonly members: ReadonlyMap<string, JsonMember>;
}

function isReadable({ data }: SseEvent): boolean {
  return data !== null && (data.toString('latin1').trim() === '[DONE]' || replyMembers(data) !== null);
}

function choicesOf(data: Buffer, members: ReadonlyMap<string, JsonMember>): readonly object[] {
  const member = members.get('choices');
  if (member === undefined) return [];
  try {
    const choices: unknown = parseMember(data, member);
    const list: readonly unknown[] = Array.isArray(choices) ? choices : [];
    return list.filter((choice) => typeof choice === 'object' && choice !== null);
  } catch (error) {
    if (error instanceof MalformedJson) return [];
    throw error;
  }
}

/** The usage event that was not requested is removed; usage so far, inside an event that carries text, becomes null. */
function withoutForcedUsage(read: ReadEvent, options: EventStreamOptions): Buffer {
  if (hasNoChoices(read)) return options.wantsUsage ? read.bytes : emptyBytes;
  return options.continuousUsage ? withoutUsageOf(read) : read.bytes;
}

/** The same event with `null` for usage; nothing where it carries nothing else. */
function withoutUsageOf(read: ReadEvent): Buffer {
  if (hasNoChoices(read)) return emptyBytes;
  const { bytes, event, data, members } = read;
  return withData(bytes, event, withoutUsage(members, data));
}

function hasNoChoices({ data, members }: ReadEvent): boolean {
  const choices = members.get('choices');
  if (choices === undefined) return false;
  return /^\[\s*\]$/.test(
    data.toString('latin1', choices.valueStart, Math.min(choices.valueEnd, choices.valueStart + 16)),
  );
}
