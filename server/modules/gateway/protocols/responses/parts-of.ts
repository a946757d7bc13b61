import { fieldsOf } from '../../usage.ts';
import { type AnswerPart, type AnswerReader, type FinishReason, type ReadPart, textPart } from '../answer.ts';
import { stringifyExactly } from '../exact-json.ts';
import { responseUsageOf } from './response-usage.ts';

type Fields = Readonly<Record<string, unknown>>;
/** What has been read of one item: its end repeats it, and says it for the first time where a server sends no pieces. */
interface ReadItem {
  readonly call: number;
  /** Of which pieces have come. */
  readonly kinds: Set<AnswerPart['kind']>;
  summary: unknown;
  isBegun: boolean;
  isDone: boolean;
}

/** Reads answers of Responses that their own reader has found in order. Events that say no words are passed over. */
export function createResponseReader(): AnswerReader {
  const items = new Map<unknown, ReadItem>();

  function event(data: unknown): readonly ReadPart[] {
    const fields = fieldsOf(data) ?? {};
    const item = () =>
      itemAt(fields['output_index'] ?? fields['item_id'] ?? fieldsOf(fields['item'])?.['id']);
    switch (fields['type']) {
      case 'response.output_text.delta':
        return grow(item(), textPart('text', fields['delta']));
      case 'response.refusal.delta':
        return grow(item(), textPart('refusal', fields['delta']));
      case 'response.reasoning_text.delta':
        return grow(item(), textPart('reasoning', fields['delta']));
      case 'response.reasoning_summary_text.delta':
        return grow(item(), summaryPart(item(), fields['summary_index'], fields['delta']));
      case 'response.function_call_arguments.delta':
        return grow(item(), inputPart(item().call, fields['delta']));
      case 'response.output_item.added':
        return begin(item(), fieldsOf(fields['item']) ?? {});
      case 'response.output_item.done':
        return end(item(), fieldsOf(fields['item']) ?? {});
      case 'response.completed':
      case 'response.incomplete':
        return endingOf(fieldsOf(fields['response']) ?? {});
      default:
        return [];
    }
  }
  function itemAt(place: unknown): ReadItem {
    const known = items.get(place);
    if (known !== undefined) return known;
    const item: ReadItem = {
      call: items.size,
      kinds: new Set(),
      summary: null,
      isBegun: false,
      isDone: false,
    };
    items.set(place, item);
    return item;
  }
  function grow({ kinds }: ReadItem, parts: readonly AnswerPart[]): readonly AnswerPart[] {
    for (const { kind } of parts) kinds.add(kind);
    return parts;
  }
  function begin(item: ReadItem, fields: Fields): readonly AnswerPart[] {
    item.isBegun = true;
    const { type, call_id: id, name } = fields;
    if (type === 'message' || type === 'reasoning') return [];
    if (type !== 'function_call' || typeof id !== 'string' || typeof name !== 'string')
      throw new Error('the upstream answers with an item that cannot be converted');
    return [{ kind: 'toolCall', call: item.call, id, name }];
  }
  function end(item: ReadItem, fields: Fields): readonly ReadPart[] {
    if (item.isDone) return [];
    item.isDone = true;
    const begun = item.isBegun ? [] : begin(item, fields);
    const missing = partsOf(fields, item.call).filter(({ kind }) => !item.kinds.has(kind));
    return [...begun, ...missing, { kind: 'callEnd', call: item.call }];
  }
  function endingOf(response: Fields): readonly ReadPart[] {
    const usage = responseUsageOf(response['usage']);
    const left = listOf(response['output']).flatMap((value, index) => {
      const fields = fieldsOf(value) ?? {};
      return end(itemAt(!items.has(index) && items.has(fields['id']) ? fields['id'] : index), fields);
    });
    return [
      ...left,
      { kind: 'finish', reason: reasonOf(response), stopSequence: null },
      ...(usage === null ? [] : [{ kind: 'usage' as const, usage }]),
    ];
  }

  return { event, whole: (reply) => endingOf(fieldsOf(reply) ?? {}) };
}

function reasonOf({ status, incomplete_details: details }: Fields): FinishReason {
  if (status !== 'incomplete') return 'stop';
  return fieldsOf(details)?.['reason'] === 'content_filter' ? 'filter' : 'length';
}

/** What the model wrote into a whole item. */
function partsOf(item: Fields, call: number): readonly AnswerPart[] {
  if (item['type'] === 'function_call') return inputPart(call, item['arguments']);
  if (item['type'] === 'message') {
    if (typeof item['content'] === 'string') return textPart('text', item['content']);
    return listOf(item['content']).flatMap((part) => {
      const { type, text, refusal } = fieldsOf(part) ?? {};
      return type === 'refusal' ? textPart('refusal', refusal) : textPart('text', text);
    });
  }
  const thoughts = [...listOf(item['summary']), ...listOf(item['content'])].map(
    (part) => fieldsOf(part)?.['text'],
  );
  const text = thoughts.filter((thought) => typeof thought === 'string').join(betweenParts);
  return [...textPart('reasoning', text), ...signatureOf(item)];
}

/** Parts of a summary are paragraphs. */
const betweenParts = '\n\n';

function summaryPart(item: ReadItem, index: unknown, delta: unknown): readonly AnswerPart[] {
  const isNext = item.summary !== null && item.summary !== index;
  item.summary = index;
  const parts = textPart('reasoning', delta);
  return isNext && parts.length > 0 ? [{ kind: 'reasoning', text: betweenParts }, ...parts] : parts;
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

/** Some servers give a tool an object instead of its text. */
function inputPart(call: number, given: unknown): readonly AnswerPart[] {
  if (given === undefined || given === null || given === '') return [];
  return [{ kind: 'toolInput', call, json: typeof given === 'string' ? given : stringifyExactly(given) }];
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
