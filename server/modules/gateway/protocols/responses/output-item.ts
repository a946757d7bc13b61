import { newId } from '../../../../kernel/id.ts';
import type { AnswerBlock } from '../answer.ts';

type Event = readonly [type: string, fields: object];

/** One item of an output while it is written. */
export interface OutputItem {
  readonly kind: AnswerBlock['kind'];
  /** Number of the call at the upstream; null for anything else. */
  readonly call: number | null;
  readonly isDone: boolean;
  begin(): readonly Event[];
  add(text: string): readonly Event[];
  sign(signature: string): void;
  end(): readonly Event[];
  /** As it stands in the response. */
  whole(): object;
}

const prefixes = {
  text: 'msg_',
  refusal: 'msg_',
  reasoning: 'rs_',
  hiddenReasoning: 'rs_',
  toolCall: 'fc_',
} as const;

/** @param block what is known of it already. */
export function createItem(block: AnswerBlock, outputIndex: number): OutputItem {
  const id = newId('req').replace('req_', prefixes[block.kind]);
  const place = { item_id: id, output_index: outputIndex };
  const inPart = { ...place, content_index: 0 };
  const names = eventsOf(block.kind);
  let text = textOf(block);
  let signature = block.kind === 'reasoning' ? block.signature : null;
  let isDone = false;

  function item(status: 'in_progress' | 'completed', written: string): object {
    switch (block.kind) {
      case 'text':
      case 'refusal': {
        const content = status === 'completed' ? [partOf(block.kind, written)] : [];
        return { id, type: 'message', status, role: 'assistant', content };
      }
      case 'reasoning': {
        const content = status === 'completed' ? [partOf(block.kind, written)] : [];
        return { id, type: 'reasoning', summary: [], content, encrypted_content: signature, status };
      }
      case 'hiddenReasoning':
        return { id, type: 'reasoning', summary: [], encrypted_content: block.data, status };
      case 'toolCall':
        return {
          id,
          type: 'function_call',
          status,
          arguments: written,
          call_id: block.id,
          name: block.name,
        };
    }
  }

  return {
    kind: block.kind,
    call: block.kind === 'toolCall' ? block.call : null,
    get isDone() {
      return isDone;
    },
    begin: () => [
      ['response.output_item.added', { output_index: outputIndex, item: item('in_progress', '') }],
      ...(names === null || block.kind === 'toolCall'
        ? []
        : [['response.content_part.added', { ...inPart, part: partOf(block.kind, '') }] as const]),
    ],
    add(delta) {
      text += delta;
      if (names === null) return [];
      return [
        [`${names.prefix}.delta`, { ...(block.kind === 'toolCall' ? place : inPart), delta, ...names.extra }],
      ];
    },
    sign(given) {
      signature = given;
    },
    end() {
      isDone = true;
      const done: Event[] = [];
      if (block.kind === 'toolCall')
        done.push([`${names?.prefix}.done`, { ...place, name: block.name, arguments: text }]);
      else if (names !== null) {
        done.push(
          [`${names.prefix}.done`, { ...inPart, [names.field]: text, ...names.extra }],
          ['response.content_part.done', { ...inPart, part: partOf(block.kind, text) }],
        );
      }
      return [
        ...done,
        ['response.output_item.done', { output_index: outputIndex, item: item('completed', text) }],
      ];
    },
    whole: () => item('completed', text),
  };
}

/** How the pieces of an item are named. */
function eventsOf(kind: AnswerBlock['kind']) {
  switch (kind) {
    case 'text':
      return { prefix: 'response.output_text', field: 'text', extra: { logprobs: [] } };
    case 'refusal':
      return { prefix: 'response.refusal', field: 'refusal', extra: {} };
    case 'reasoning':
      return { prefix: 'response.reasoning_text', field: 'text', extra: {} };
    case 'toolCall':
      return { prefix: 'response.function_call_arguments', field: 'arguments', extra: {} };
    case 'hiddenReasoning':
      return null;
  }
}

function partOf(kind: AnswerBlock['kind'], text: string): object {
  if (kind === 'refusal') return { type: 'refusal', refusal: text };
  if (kind === 'reasoning') return { type: 'reasoning_text', text };
  return { type: 'output_text', text, annotations: [], logprobs: [] };
}

function textOf(block: AnswerBlock): string {
  if ('text' in block) return block.text;
  return block.kind === 'toolCall' ? block.json : '';
}
