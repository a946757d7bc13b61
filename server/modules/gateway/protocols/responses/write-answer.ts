import { newId } from '../../../../kernel/id.ts';
import {
  type AnswerBlock,
  type AnswerFacts,
  type AnswerPart,
  type AnswerWriter,
  collectAnswer,
  type Finish,
} from '../answer.ts';
import type { TokenUsage } from '../../usage.ts';
import { stringifyExactly } from '../exact-json.ts';
import { createItem, type OutputItem } from './output-item.ts';
import { writeResponseUsage } from './response-usage.ts';

/** What a response repeats of its request, with what it says where the request says nothing. */
const repeated = {
  instructions: null,
  max_output_tokens: null,
  parallel_tool_calls: true,
  reasoning: { effort: null, summary: null },
  temperature: null,
  text: { format: { type: 'text' } },
  tool_choice: 'auto',
  tools: [],
  top_p: null,
} as const;

/** Writes answers of Responses. Nothing is kept, and each says so. */
export function createResponseWriter(facts: AnswerFacts): AnswerWriter {
  const id = newId('req').replace('req_', 'resp_');
  const createdAt = Math.floor(facts.nowMs / 1000);
  const items: OutputItem[] = [];
  let sequence = 0;
  let finish: Finish | null = null;
  let usage: TokenUsage | null = null;

  function event(type: string, fields: object): string {
    const data = stringifyExactly({ type, sequence_number: sequence, ...fields });
    sequence += 1;
    return `event: ${type}\ndata: ${data}\n\n`;
  }
  const write = (events: readonly (readonly [string, object])[]) =>
    events.map(([type, fields]) => event(type, fields)).join('');
  function responseOf(status: string, output: readonly object[], details: object) {
    return {
      id,
      object: 'response',
      created_at: createdAt,
      status,
      background: false,
      error: null,
      incomplete_details: null,
      ...Object.fromEntries(
        Object.entries(repeated).map(([name, value]) => [name, facts.asked[name] ?? value]),
      ),
      model: facts.modelId,
      output,
      previous_response_id: null,
      store: false,
      truncation: 'disabled',
      usage: null,
      user: null,
      metadata: {},
      ...details,
    };
  }
  function begin(): string {
    if (sequence > 0) return '';
    const response = responseOf('in_progress', [], {});
    return event('response.created', { response }) + event('response.in_progress', { response });
  }
  function open(block: AnswerBlock): string {
    const closing = close();
    const item = createItem(block, items.length);
    items.push(item);
    return closing + write(item.begin());
  }
  function close(): string {
    const last = items.at(-1);
    return last === undefined || last.isDone ? '' : write(last.end());
  }
  /** The item that is being written, when it is of this kind. */
  function current(kind: AnswerBlock['kind'], call: number | null = null): OutputItem | null {
    const last = items.at(-1);
    return last !== undefined && !last.isDone && last.kind === kind && last.call === call ? last : null;
  }
  function take(part: AnswerPart): string {
    switch (part.kind) {
      case 'text':
      case 'refusal':
      case 'reasoning': {
        const empty =
          part.kind === 'reasoning'
            ? { kind: part.kind, text: '', signature: null }
            : { kind: part.kind, text: '' };
        const opening = current(part.kind) === null ? open(empty) : '';
        return opening + write(current(part.kind)?.add(part.text) ?? []);
      }
      case 'signature':
        current('reasoning')?.sign(part.signature);
        return '';
      case 'hiddenReasoning':
        return open(part) + close();
      case 'toolCall':
        return open({ ...part, json: '' });
      case 'toolInput': {
        const item = current('toolCall', part.call);
        // Items follow each other: what is added to one that is over would be put into another.
        if (item === null) throw new Error('the upstream writes to a call that is over');
        return write(item.add(part.json));
      }
      case 'finish':
        finish = part;
        return '';
      case 'usage':
        ({ usage } = part);
        return '';
    }
  }
  function ended(finish: Finish | null, usage: TokenUsage | null, output: readonly object[]) {
    const reason = incompleteReason(finish);
    const details = {
      ...(reason === null ? {} : { incomplete_details: { reason } }),
      ...(usage === null ? {} : { usage: writeResponseUsage(usage) }),
    };
    return responseOf(reason === null ? 'completed' : 'incomplete', output, details);
  }

  return {
    events: (parts) =>
      Buffer.from(parts.map((part) => (isSilent(part) ? take(part) : begin() + take(part))).join('')),
    farewell() {
      const last = begin() + close();
      const response = ended(
        finish,
        usage,
        items.map((item) => item.whole()),
      );
      return Buffer.from(last + event(`response.${response.status}`, { response }));
    },
    whole(parts) {
      const answer = collectAnswer(parts);
      const output = answer.blocks.map((block, index) => createItem(block, index).whole());
      return Buffer.from(stringifyExactly(ended(answer.finish, answer.usage, output)));
    },
  };
}

/** What is said at the end alone begins nothing. */
function isSilent({ kind }: AnswerPart): boolean {
  return kind === 'finish' || kind === 'usage' || kind === 'signature';
}

function incompleteReason(finish: Finish | null): string | null {
  if (finish?.reason === 'length') return 'max_output_tokens';
  return finish?.reason === 'filter' ? 'content_filter' : null;
}
