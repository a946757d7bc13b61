import { fieldsOf } from '../../usage.ts';
import type { AnswerPart, AnswerReader } from '../answer.ts';
import { responseUsageOf } from './response-usage.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Events that repeat what came in pieces, or say that something begins or ends. */
const isSilent =
  /^(response\.(created|queued|in_progress|content_part\.(added|done)|output_text\.(done|annotation\.added)|refusal\.done|reasoning_(text|summary_text|summary_part)\.(done|added)|function_call_arguments\.done)|keepalive)$/;

/** Reads answers of Responses that their own reader has found in order. */
export function createResponseReader(): AnswerReader {
  let hasCalled = false;

  function event(data: unknown): readonly AnswerPart[] {
    const fields = fieldsOf(data) ?? {};
    const type = String(fields['type']);
    switch (type) {
      case 'response.output_text.delta':
        return textPart('text', fields['delta']);
      case 'response.refusal.delta':
        return textPart('refusal', fields['delta']);
      case 'response.reasoning_text.delta':
      case 'response.reasoning_summary_text.delta':
        return textPart('reasoning', fields['delta']);
      case 'response.output_item.added':
        return begun(fieldsOf(fields['item']) ?? {}, Number(fields['output_index']));
      case 'response.function_call_arguments.delta':
        return inputPart(Number(fields['output_index']), fields['delta']);
      case 'response.output_item.done':
        return signatureOf(fieldsOf(fields['item']) ?? {});
      case 'response.completed':
      case 'response.incomplete':
        return endingOf(fieldsOf(fields['response']) ?? {});
      default:
        if (isSilent.test(type)) return [];
        throw new Error('the upstream sends an event that cannot be converted');
    }
  }
  function begun(item: Fields, call: number): AnswerPart[] {
    if (item['type'] === 'message' || item['type'] === 'reasoning') return [];
    const { call_id: id, name } = item;
    if (item['type'] !== 'function_call' || typeof id !== 'string' || typeof name !== 'string')
      throw new Error('the upstream answers with an item that cannot be converted');
    hasCalled = true;
    return [{ kind: 'toolCall', call, id, name }];
  }
  function endingOf(response: Fields): AnswerPart[] {
    const usage = responseUsageOf(response['usage']);
    return [
      { kind: 'finish', reason: reasonOf(response), stopSequence: null },
      ...(usage === null ? [] : [{ kind: 'usage' as const, usage }]),
    ];
  }
  function reasonOf({ status, incomplete_details: details }: Fields) {
    if (status !== 'incomplete') return hasCalled ? ('toolCalls' as const) : ('stop' as const);
    return fieldsOf(details)?.['reason'] === 'content_filter' ? ('filter' as const) : ('length' as const);
  }
  function itemParts(item: Fields, call: number): AnswerPart[] {
    switch (item['type']) {
      case 'message':
        return listOf(item['content']).flatMap((part) => {
          const fields = fieldsOf(part) ?? {};
          return fields['type'] === 'refusal'
            ? textPart('refusal', fields['refusal'])
            : textPart('text', fields['text']);
        });
      case 'reasoning':
        return [
          ...[...listOf(item['summary']), ...listOf(item['content'])].flatMap((part) =>
            textPart('reasoning', fieldsOf(part)?.['text']),
          ),
          ...signatureOf(item),
        ];
      default:
        return [...begun(item, call), ...inputPart(call, item['arguments'])];
    }
  }

  return {
    event,
    whole(reply) {
      const response = fieldsOf(reply) ?? {};
      const parts = listOf(response['output']).flatMap((item, index) =>
        itemParts(fieldsOf(item) ?? {}, index),
      );
      return [...parts, ...endingOf(response)];
    },
  };
}

/** By what only its writer can read, reasoning is known again. */
function signatureOf(item: Fields): AnswerPart[] {
  const { type, encrypted_content: encrypted } = item;
  if (type !== 'reasoning' || typeof encrypted !== 'string' || encrypted === '') return [];
  const hasText = listOf(item['summary']).length > 0 || listOf(item['content']).length > 0;
  return hasText
    ? [{ kind: 'signature', signature: encrypted }]
    : [{ kind: 'hiddenReasoning', data: encrypted }];
}

function textPart(kind: 'text' | 'reasoning' | 'refusal', text: unknown): AnswerPart[] {
  return typeof text === 'string' && text !== '' ? [{ kind, text }] : [];
}

function inputPart(call: number, json: unknown): AnswerPart[] {
  return typeof json === 'string' && json !== '' ? [{ kind: 'toolInput', call, json }] : [];
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
