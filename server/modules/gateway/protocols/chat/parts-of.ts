import { fieldsOf, usageOf } from '../../usage.ts';
import type { AnswerPart, AnswerReader, FinishReason } from '../answer.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Reads one choice of chat completions; more are never asked for by what is converted. */
export function createChatReader(): AnswerReader {
  const begun = new Set<number>();

  function read(reply: unknown, name: 'delta' | 'message'): readonly AnswerPart[] {
    const fields = fieldsOf(reply) ?? {};
    const choice = fieldsOf(listOf(fields['choices'])[0]) ?? {};
    const written = fieldsOf(choice[name]) ?? {};
    return [
      ...reasoningOf(written),
      ...textPart('text', written['content']),
      ...textPart('refusal', written['refusal']),
      ...listOf(written['tool_calls']).flatMap((call, place) => callParts(fieldsOf(call) ?? {}, place)),
      ...finishOf(choice),
      ...usagePart(fields['usage']),
    ];
  }
  function callParts(fields: Fields, place: number): AnswerPart[] {
    const call = typeof fields['index'] === 'number' ? fields['index'] : place;
    const called = fieldsOf(fields['function']) ?? {};
    const { id, name, arguments: json } = { ...called, id: fields['id'] } as Fields;
    const parts: AnswerPart[] = [];
    if (!begun.has(call)) {
      if (typeof id !== 'string' || typeof name !== 'string')
        throw new Error('the upstream calls a tool without a name');
      begun.add(call);
      parts.push({ kind: 'toolCall', call, id, name });
    }
    if (typeof json === 'string' && json !== '') parts.push({ kind: 'toolInput', call, json });
    return parts;
  }

  return { event: (data) => read(data, 'delta'), whole: (reply) => read(reply, 'message') };
}

/** DeepSeek, vLLM and others write `reasoning_content`, OpenRouter `reasoning`, and signatures in `reasoning_details`. */
function reasoningOf(written: Fields): AnswerPart[] {
  const signatures = listOf(written['reasoning_details']).flatMap((detail): AnswerPart[] => {
    const signature = fieldsOf(detail)?.['signature'];
    return typeof signature === 'string' && signature !== '' ? [{ kind: 'signature', signature }] : [];
  });
  return [...textPart('reasoning', written['reasoning_content'] ?? written['reasoning']), ...signatures];
}

function textPart(kind: 'text' | 'reasoning' | 'refusal', text: unknown): AnswerPart[] {
  return typeof text === 'string' && text !== '' ? [{ kind, text }] : [];
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
