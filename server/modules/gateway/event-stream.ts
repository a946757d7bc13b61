import {
  choicesOf,
  hasNoChoices,
  isReadable,
  type ReadEvent,
  withoutForcedUsage,
  withoutUsageOf,
} from './chat-event.ts';
import { deliveredTextBytes, textBytesOfChoices } from './delivered-text.ts';
import { createEventCutter } from './event-cutter.ts';
import type { JudgedEvents } from './event-reply.ts';
import { createHeldEvents } from './held-events.ts';
import { createModelNaming } from './model-naming.ts';
import { isPlain } from './plain-events.ts';
import { countEvents, readEvent, splitEvents } from './sse-events.ts';
import {
  allOutputTokens,
  allTokens,
  hasUsage,
  replyMembers,
  reportsError,
  type TokenUsage,
  usageIn,
} from './usage.ts';

export interface EventStreamOptions {
  /** The client asked for the usage event; otherwise the one we asked for is taken out. */
  readonly wantsUsage: boolean;
  /** Every event carries the usage so far; it is read and taken out of each. */
  readonly continuousUsage: boolean;
  /** Answers that were requested: all of them must finish. */
  readonly choices: number;
  /** Events carry probabilities too, so that their length says nothing of their text. */
  readonly hasProbabilities?: boolean;
  /** Public name of the model, put where the upstream writes its own. */
  readonly modelId: string;
}

/**
 * Chat completions, completions: whole when `[DONE]`, a finish reason or the usage came. A token is counted for each
 * event, and more where events carry much text at once.
 */
export interface EventStream extends JudgedEvents {
  /** Events that were passed on, from the first, for counting when no usage comes; the number of bytes is bounded. */
  readonly sample: {
    readonly parts: readonly Buffer[];
    readonly sampleBytes: number;
    readonly totalBytes: number;
    /** Bytes of text in events that are too large for the sample. */
    readonly largeTextBytes: number;
  };
}

const emptyBytes = Buffer.alloc(0);
/** More than a token has in any language, escaped or not: for events that carry many tokens at once. */
const bytesPerToken = 12;
/** About a thousand tokens; what follows is counted in proportion to its bytes. */
const maxSampleBytes = 256 * 1024;

/**
 * Passes server-sent events on whole, whatever way the network cut them. Until the model has written something each is
 * read; after that only those that can hold usage, an error or an end: a needle with its quotes cannot be text of a
 * person, because quotes inside JSON strings are escaped.
 */
export function createEventStream(options: EventStreamOptions): EventStream {
  const cutter = createEventCutter();
  const held = createHeldEvents();
  let phase: EventStream['phase'] = 'open';
  let hasContent = false;
  let isWhole = false;
  let error: Buffer | null = null;
  const finished = new Set<unknown>();
  let eventCount = 0;
  let totalBytes = 0;
  let envelopeBytes = 0;
  let sampleBytes = 0;
  let largeTextBytes = 0;
  const sampleParts: Buffer[] = [];
  let usage: TokenUsage | null = null;
  const naming = createModelNaming(options.modelId);

  function pass(events: Buffer): Buffer {
    if (phase === 'ended') return emptyBytes;
    if (hasContent && error === null) {
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
      else held.add(passed);
    }
    return hasContent ? Buffer.concat([...held.take(), ...out]) : emptyBytes;
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
    if (event.name === 'error' || (members !== null && reportsError(members, event.data))) fail(event.data);
    // Words that are no event of an answer are the upstream's own.
    if (members === null) {
      if (hasContent) fail(event.data);
      return emptyBytes;
    }
    const read = { bytes, event, data: event.data, members };
    naming.learn(event.data, members);
    const passed = meter(read);
    if (error !== null) return emptyBytes;
    const textBytes = look(read);
    if (!members.has('choices')) return emptyBytes;
    const renamed = naming.rename(passed) ?? passed;
    if (envelopeBytes === 0 && textBytes > 0) envelopeBytes = renamed.length - textBytes;
    return renamed;
  }
  /** Another upstream is asked at once; after something was written, what it cost may still be reported. */
  function fail(said: Buffer): void {
    error ??= said;
    phase = hasContent ? 'ending' : 'ended';
  }
  /** Whether the model has written something, and which answers are finished. @returns bytes of the first text. */
  function look({ data, members }: ReadEvent): number {
    const choices = choicesOf(data, members);
    const textBytes = hasContent ? 0 : textBytesOfChoices({ choices });
    hasContent ||= textBytes > 0;
    for (const choice of choices) {
      const { index, finish_reason: reason } = choice as { index?: unknown; finish_reason?: unknown };
      if (typeof reason === 'string' && reason !== '') finished.add(index ?? 0);
    }
    if (finished.size > 0 || usage !== null) isWhole = true;
    if (finished.size < options.choices) return textBytes;
    // The usage of a finished answer comes in an event of its own, or not at all.
    const isLast = usage !== null && choices.length === 0;
    phase = isLast ? 'ended' : 'ending';
    return textBytes;
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
  const sample = () => ({ parts: sampleParts, sampleBytes, totalBytes, largeTextBytes });
  function keep(passed: Buffer): Buffer {
    // A picture would stay in memory until the end; its text is counted now.
    if (passed.length > maxSampleBytes) {
      largeTextBytes += deliveredTextBytes({
        parts: [passed],
        sampleBytes: 1,
        totalBytes: 1,
        largeTextBytes: 0,
      });
      return passed;
    }
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
      const left = cutter.end(isReadable);
      const out = left.length > 0 ? pass(left) : emptyBytes;
      return isWhole && error === null ? Buffer.concat([...held.take(), out]) : out;
    },
    get phase() {
      return phase;
    },
    get hasContent() {
      return hasContent;
    },
    get isAnswer() {
      return hasContent || finished.size > 0;
    },
    get isWhole() {
      return isWhole;
    },
    /** The most that the upstream has reported: reports are cumulative. */
    get usage() {
      return usage;
    },
    inputUsage: null,
    get textBytes() {
      return deliveredTextBytes(sample());
    },
    get tokensSoFar() {
      const textBytes = options.hasProbabilities === true ? 0 : totalBytes - eventCount * envelopeBytes;
      return Math.max(eventCount, Math.floor(textBytes / bytesPerToken));
    },
    get heldBytes() {
      return cutter.heldBytes + held.bytes;
    },
    get sample() {
      return sample();
    },
    get error() {
      return error;
    },
  };
}
