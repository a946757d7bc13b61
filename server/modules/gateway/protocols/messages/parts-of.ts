import { fieldsOf } from '../../usage.ts';
import { type AnswerPart, type AnswerReader, type FinishReason, type ReadPart, textPart } from '../answer.ts';
import { stringifyExactly } from '../exact-json.ts';
import { createMessageUsage } from './message-usage.ts';

type Fields = Readonly<Record<string, unknown>>;

const reasons: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stopSequence',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'toolCalls',
  refusal: 'filter',
};

/** Reads answers of Messages that their own reader has found in order. */
export function createMessageReader(): AnswerReader {
  const usage = createMessageUsage();
  /** What a block of a call held when it began, and no piece has followed. */
  const begunWith = new Map<number, string>();

  function event(data: unknown): readonly ReadPart[] {
    const fields = fieldsOf(data) ?? {};
    switch (fields['type']) {
      case 'message_start':
        usage.noteStart(fieldsOf(fields['message'])?.['usage']);
        return [];
      case 'content_block_start':
        return begin(fieldsOf(fields['content_block']) ?? {}, Number(fields['index']));
      case 'content_block_delta':
        return grow(fieldsOf(fields['delta']) ?? {}, Number(fields['index']));
      case 'content_block_stop':
        return end(Number(fields['index']));
      case 'message_delta':
        usage.note(fields['usage']);
        return [...[...begunWith.keys()].flatMap(end), ...endingParts(fieldsOf(fields['delta']) ?? {})];
      default:
        return [];
    }
  }
  /** Anthropic gives a tool its input in pieces, others at once. */
  function begin(block: Fields, index: number): readonly ReadPart[] {
    const parts = blockParts(block, index);
    const input = parts.find((part) => part.kind === 'toolInput');
    if (input === undefined) return parts;
    if (input.json !== '{}') begunWith.set(index, input.json);
    return parts.filter((part) => part !== input);
  }
  function grow(delta: Fields, index: number): readonly ReadPart[] {
    const parts = deltaParts(delta, index);
    if (parts.some((part) => part.kind === 'toolInput')) begunWith.delete(index);
    return parts;
  }
  function end(index: number): readonly ReadPart[] {
    const json = begunWith.get(index);
    begunWith.delete(index);
    const input: ReadPart[] = json === undefined ? [] : [{ kind: 'toolInput', call: index, json }];
    return [...input, { kind: 'callEnd', call: index }];
  }
  function endingParts({ stop_reason: reason, stop_sequence: sequence }: Fields): AnswerPart[] {
    if (typeof reason !== 'string') return [];
    const counted = usage.all();
    return [
      {
        kind: 'finish',
        reason: reasons[reason] ?? 'stop',
        stopSequence: typeof sequence === 'string' ? sequence : null,
      },
      ...(counted === null ? [] : [{ kind: 'usage' as const, usage: counted }]),
    ];
  }

  return {
    event,
    whole(reply) {
      const fields = fieldsOf(reply) ?? {};
      const content: readonly unknown[] = Array.isArray(fields['content']) ? fields['content'] : [];
      usage.note(fields['usage']);
      return [
        ...content.flatMap((block, index) => blockParts(fieldsOf(block) ?? {}, index)),
        ...endingParts(fields),
      ];
    },
  };
}

function blockParts(block: Fields, index: number): readonly AnswerPart[] {
  switch (block['type']) {
    case 'text':
      return textPart('text', block['text']);
    case 'thinking':
      return [...textPart('reasoning', block['thinking']), ...signaturePart(block['signature'])];
    case 'redacted_thinking':
      return typeof block['data'] === 'string' ? [{ kind: 'hiddenReasoning', data: block['data'] }] : [];
    case 'tool_use': {
      const { id, name, input } = block;
      if (typeof id !== 'string' || typeof name !== 'string')
        throw new Error('the upstream calls a tool without a name');
      return [
        { kind: 'toolCall', call: index, id, name },
        { kind: 'toolInput', call: index, json: stringifyExactly(input ?? {}) },
      ];
    }
    default:
      throw new Error('the upstream answers with a block that cannot be converted');
  }
}

function deltaParts(delta: Fields, index: number): readonly AnswerPart[] {
  switch (delta['type']) {
    case 'text_delta':
      return textPart('text', delta['text']);
    case 'thinking_delta':
      return textPart('reasoning', delta['thinking']);
    case 'signature_delta':
      return signaturePart(delta['signature']);
    case 'input_json_delta': {
      const { partial_json: json } = delta;
      return typeof json === 'string' && json !== '' ? [{ kind: 'toolInput', call: index, json }] : [];
    }
    default:
      throw new Error('the upstream writes into a block what cannot be converted');
  }
}

function signaturePart(signature: unknown): AnswerPart[] {
  return typeof signature === 'string' && signature !== '' ? [{ kind: 'signature', signature }] : [];
}
