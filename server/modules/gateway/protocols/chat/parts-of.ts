import { newId } from '../../../../kernel/id.ts';
import { fieldsOf, usageOf } from '../../usage.ts';
import { type AnswerPart, type AnswerReader, type FinishReason, type ReadPart, textPart } from '../answer.ts';
import { stringifyExactly } from '../exact-json.ts';
import { createObjectScan, type ObjectScan } from '../object-scan.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A call while it is written. Some servers tell its name late. */
interface Writing {
  readonly call: number;
  readonly id: string | null;
  readonly scan: ObjectScan;
  isNamed: boolean;
  early: string;
}

/** Reads one choice of chat completions; more are never asked for by what is converted. */
export function createChatReader(): AnswerReader {
  /** The last call at each place of the list. */
  const calls = new Map<number, Writing>();
  let count = 0;

  function read(reply: unknown, name: 'delta' | 'message'): readonly ReadPart[] {
    const fields = fieldsOf(reply) ?? {};
    const choice = fieldsOf(listOf(fields['choices'])[0]) ?? {};
    const written = fieldsOf(choice[name]) ?? {};
    return [
      ...reasoningOf(written),
      ...contentOf(written['content']),
      ...textPart('refusal', written['refusal']),
      ...listOf(written['tool_calls']).flatMap((call, place) => callParts(fieldsOf(call) ?? {}, place)),
      ...ended(finishOf(choice)),
      ...usagePart(fields['usage']),
    ];
  }
  function callParts(fields: Fields, place: number): ReadPart[] {
    const at = typeof fields['index'] === 'number' ? fields['index'] : place;
    const called = fieldsOf(fields['function']) ?? {};
    const id = wordOf(fields['id']);
    const name = wordOf(called['name']);
    const writing = writingAt(at, id, name);
    const piece = jsonOf(called['arguments']);
    writing.scan.push(piece);
    const json = writing.early + piece;
    const begun: ReadPart[] = [];
    if (!writing.isNamed) {
      writing.early = json;
      if (name === null) return [];
      writing.isNamed = true;
      writing.early = '';
      // Not every server names its calls, and no client can answer one without a name.
      begun.push({ kind: 'toolCall', call: writing.call, id: writing.id ?? newCallId(), name });
    }
    return json === '' ? begun : [...begun, { kind: 'toolInput', call: writing.call, json }];
  }
  function ended(finish: AnswerPart[]): AnswerPart[] {
    if (finish.length > 0 && [...calls.values()].some(({ isNamed }) => !isNamed))
      throw new Error('the upstream calls a tool without a name');
    return finish;
  }
  /** Not every server counts its calls: another name of a call at the same place is another call. */
  function writingAt(at: number, id: string | null, name: string | null): Writing {
    const known = calls.get(at);
    const isAnother =
      known?.isNamed === true &&
      name !== null &&
      (id === null || known.id === null ? known.scan.isComplete : known.id !== id);
    if (known !== undefined && !isAnother) return known;
    const writing = { call: count, id, scan: createObjectScan(), isNamed: false, early: '' };
    count += 1;
    calls.set(at, writing);
    return writing;
  }

  return { event: (data) => read(data, 'delta'), whole: (reply) => read(reply, 'message') };
}

function newCallId(): string {
  return newId('req').replace('req_', 'call_');
}

function wordOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Some servers give a tool an object instead of its text. */
function jsonOf(given: unknown): string {
  if (given === undefined || given === null) return '';
  return typeof given === 'string' ? given : stringifyExactly(given);
}

/** A text, or what Mistral writes: a list of texts and thoughts. @throws for a part that cannot be converted. */
function contentOf(content: unknown): readonly AnswerPart[] {
  if (!Array.isArray(content)) return textPart('text', content);
  const parts: readonly unknown[] = content;
  return parts.flatMap((part) => {
    const fields = fieldsOf(part) ?? {};
    if (fields['type'] === 'text') return textPart('text', fields['text']);
    if (fields['type'] !== 'thinking')
      throw new Error('the upstream answers with a part that cannot be converted');
    const { thinking } = fields;
    if (!Array.isArray(thinking)) return textPart('reasoning', thinking);
    return thinking.flatMap((thought) => textPart('reasoning', fieldsOf(thought)?.['text']));
  });
}

/** DeepSeek, vLLM and others write `reasoning_content`, OpenRouter `reasoning`, and signatures in `reasoning_details`. */
function reasoningOf(written: Fields): AnswerPart[] {
  const details = listOf(written['reasoning_details']).flatMap((detail): AnswerPart[] => {
    const { type, signature, data } = fieldsOf(detail) ?? {};
    if (type === 'reasoning.encrypted' && typeof data === 'string' && data !== '')
      return [{ kind: 'hiddenReasoning', data }];
    return typeof signature === 'string' && signature !== '' ? [{ kind: 'signature', signature }] : [];
  });
  const thought = wordOf(written['reasoning_content']) ?? written['reasoning'];
  return [...textPart('reasoning', thought), ...details];
}

const reasons: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  length: 'length',
  tool_calls: 'toolCalls',
  function_call: 'toolCalls',
  content_filter: 'filter',
};

function finishOf(choice: Fields): AnswerPart[] {
  const { finish_reason: reason, stop_reason: stopSequence } = choice;
  if (typeof reason !== 'string' || reason === '') return [];
  // vLLM and SGLang name the sequence at which they stopped, or the number of a token.
  if (reason === 'stop' && typeof stopSequence === 'string')
    return [{ kind: 'finish', reason: 'stopSequence', stopSequence }];
  return [{ kind: 'finish', reason: reasons[reason] ?? 'stop', stopSequence: null }];
}

function usagePart(value: unknown): AnswerPart[] {
  const usage = usageOf(value);
  return usage === null ? [] : [{ kind: 'usage', usage }];
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
