import { newId } from '../../../../kernel/id.ts';
import type { TokenUsage } from '../../usage.ts';
import {
  type AnswerBlock,
  type AnswerFacts,
  type AnswerPart,
  type AnswerWriter,
  collectAnswer,
  type Finish,
  type FinishReason,
  inputOf,
  textBytesOfPart,
} from '../answer.ts';
import { stringifyExactly } from '../exact-json.ts';
import { messageFarewell } from './message-stream.ts';
import { writeMessageUsage } from './message-usage.ts';

const stopReasons: Readonly<Record<FinishReason, string>> = {
  stop: 'end_turn',
  stopSequence: 'stop_sequence',
  length: 'max_tokens',
  toolCalls: 'tool_use',
  filter: 'refusal',
};
const nothing = {
  input_tokens: 0,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
  output_tokens: 0,
  output_tokens_details: { thinking_tokens: 0 },
};

/** Writes answers of Messages. */
export function createMessageWriter(facts: AnswerFacts): AnswerWriter {
  const head = {
    id: newId('req').replace('req_', 'msg_'),
    type: 'message',
    role: 'assistant',
    model: facts.modelId,
    container: null,
    stop_details: null,
  };
  /** What the block that is being written holds. */
  let open: 'text' | 'thinking' | number | null = null;
  let index = -1;
  let finish: Finish | null = null;
  let usage: TokenUsage | null = null;
  let textBytes = 0;

  function begin(kind: 'text' | 'thinking' | number, block: object): string {
    const opening =
      index === -1
        ? event('message_start', {
            message: { ...head, content: [], stop_reason: null, stop_sequence: null, usage: nothing },
          })
        : '';
    const closing = close();
    open = kind;
    index += 1;
    return opening + closing + event('content_block_start', { index, content_block: block });
  }
  function close(): string {
    if (open === null) return '';
    open = null;
    return event('content_block_stop', { index });
  }
  const add = (delta: object) => event('content_block_delta', { index, delta });

  function write(part: AnswerPart): string {
    textBytes += textBytesOfPart(part);
    switch (part.kind) {
      case 'text':
      case 'refusal':
        return (
          (open === 'text' ? '' : begin('text', { type: 'text', text: '' })) +
          add({ type: 'text_delta', text: part.text })
        );
      case 'reasoning':
        return (
          (open === 'thinking' ? '' : begin('thinking', { type: 'thinking', thinking: '', signature: '' })) +
          add({ type: 'thinking_delta', thinking: part.text })
        );
      case 'signature':
        return open === 'thinking' ? add({ type: 'signature_delta', signature: part.signature }) : '';
      case 'hiddenReasoning':
        return begin('text', { type: 'redacted_thinking', data: part.data }) + close();
      case 'toolCall':
        return begin(part.call, { type: 'tool_use', id: part.id, name: part.name, input: {} });
      case 'toolInput':
        // Blocks follow each other: what is added to one that is over would be put into another.
        if (open !== part.call) throw new Error('the upstream writes to a call that is over');
        return add({ type: 'input_json_delta', partial_json: part.json });
      case 'finish':
        finish = part;
        return '';
      case 'usage':
        ({ usage } = part);
        return '';
    }
  }

  return {
    events: (parts) => Buffer.from(parts.map(write).join('')),
    farewell() {
      const delta = endingOf(finish);
      const counted = writeMessageUsage(usage ?? facts.estimate(textBytes));
      // An answer without a word begins here.
      const last = index === -1 ? begin('text', { type: 'text', text: '' }) + close() : close();
      return Buffer.concat([
        Buffer.from(last + event('message_delta', { delta, usage: counted })),
        messageFarewell,
      ]);
    },
    whole(parts) {
      const answer = collectAnswer(parts);
      const bytes = parts.reduce((sum, part) => sum + textBytesOfPart(part), 0);
      return Buffer.from(
        stringifyExactly({
          ...head,
          content: answer.blocks.map(blockOf),
          ...endingOf(answer.finish),
          usage: writeMessageUsage(answer.usage ?? facts.estimate(bytes)),
        }),
      );
    },
  };
}

function endingOf(finish: Finish | null) {
  return {
    stop_reason: stopReasons[finish?.reason ?? 'stop'],
    stop_sequence: finish?.stopSequence ?? null,
  };
}

function blockOf(block: AnswerBlock): object {
  switch (block.kind) {
    case 'text':
    case 'refusal':
      return { type: 'text', text: block.text };
    case 'reasoning':
      return { type: 'thinking', thinking: block.text, signature: block.signature ?? '' };
    case 'hiddenReasoning':
      return { type: 'redacted_thinking', data: block.data };
    case 'toolCall':
      return { type: 'tool_use', id: block.id, name: block.name, input: inputOf(block.json) };
  }
}

function event(type: string, fields: object): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
}
