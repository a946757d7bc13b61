import type { AnswerPart, AnswerReader, ReadPart } from './answer.ts';
import { createObjectScan, type ObjectScan } from './object-scan.ts';

/** An answer in which one call follows another. */
export interface OrderedReader {
  event(data: unknown): readonly AnswerPart[];
  /** What has waited when a stream is over. */
  end(): readonly AnswerPart[];
  whole(reply: unknown): readonly AnswerPart[];
}

interface OpenCall {
  readonly call: number;
  readonly scan: ObjectScan;
}

/**
 * Some servers write several calls at once, and in Messages and Responses one begins when the one before is over. So the
 * first goes out as it comes, and what others are given waits until it is over: its server says so, its input is a whole
 * object, or the answer ends.
 */
export function inOrder(reader: AnswerReader): OrderedReader {
  let open: OpenCall | null = null;
  let hasCalled = false;
  let waiting: ReadPart[] = [];

  function take(part: ReadPart): readonly AnswerPart[] {
    if (part.kind === 'usage') return [part];
    if (part.kind === 'finish') {
      const isWhole = part.reason !== 'length' && part.reason !== 'filter';
      return [...closeAll(isWhole), finishOf(part)];
    }
    if (open === null) return begin(part);
    if ('call' in part && part.call === open.call) return go(open, part);
    if (part.kind === 'callEnd' && waiting.length === 0) return [];
    if (!open.scan.isComplete) {
      waiting.push(part);
      return [];
    }
    return [...close(true), ...take(part)];
  }
  function begin(part: Exclude<ReadPart, { kind: 'finish' | 'usage' }>): readonly AnswerPart[] {
    if (part.kind === 'callEnd') return [];
    if (part.kind === 'toolInput') throw new Error('the upstream writes to a call that is over');
    if (part.kind === 'toolCall') {
      open = { call: part.call, scan: createObjectScan() };
      hasCalled = true;
    }
    return [part];
  }
  function go(call: OpenCall, part: ReadPart): readonly AnswerPart[] {
    if (part.kind === 'callEnd') return close(true);
    if (part.kind !== 'toolInput') throw new Error('the upstream begins a call twice');
    call.scan.push(part.json);
    return [part];
  }
  /** @param isWhole nothing else was to come: what a tool is not given is an empty object. */
  function close(isWhole: boolean): readonly AnswerPart[] {
    if (open === null) return [];
    const { call, scan } = open;
    open = null;
    const input: AnswerPart[] = scan.isEmpty && isWhole ? [{ kind: 'toolInput', call, json: '{}' }] : [];
    const waited = waiting;
    waiting = [];
    return [...input, ...waited.flatMap(take)];
  }
  function closeAll(isWhole: boolean): readonly AnswerPart[] {
    const parts: AnswerPart[] = [];
    // Each turn closes one call, and none begins that was not waiting.
    while (open !== null) parts.push(...close(isWhole));
    return parts;
  }
  /** A server that calls tools and says that it has said what it wanted waits for their results all the same. */
  function finishOf(part: Extract<AnswerPart, { kind: 'finish' }>): AnswerPart {
    return part.reason === 'stop' && hasCalled ? { ...part, reason: 'toolCalls' } : part;
  }

  return {
    event: (data) => reader.event(data).flatMap(take),
    end: () => closeAll(false),
    whole: (reply) => [...reader.whole(reply).flatMap(take), ...closeAll(false)],
  };
}
