import { newId } from '../../../../kernel/id.ts';
import { allInputTokens, allOutputTokens, type TokenUsage } from '../../usage.ts';
import {
  type Answer,
  type AnswerFacts,
  type AnswerPart,
  type AnswerWriter,
  collectAnswer,
  type Finish,
  type FinishReason,
} from '../answer.ts';
import { given } from '../given.ts';

const finishReasons: Readonly<Record<FinishReason, string>> = {
  stop: 'stop',
  stopSequence: 'stop',
  length: 'length',
  toolCalls: 'tool_calls',
  filter: 'content_filter',
};
const done = Buffer.from('data: [DONE]\n\n');

/** Writes answers of chat completions, with one choice. */
export function createChatWriter(facts: AnswerFacts): AnswerWriter {
  const id = newId('req').replace('req_', 'chatcmpl-');
  const created = Math.floor(facts.nowMs / 1000);
  /** Calls are numbered as they begin. */
  const placeOfCall = new Map<number, number>();
  let hasStarted = false;
  let thought = '';
  let thoughts = 0;
  let usage: TokenUsage | null = null;

  const head = (object: string) => ({ id, object, created, model: facts.modelId });
  function chunk(delta: object, finish: Finish | null = null): string {
    const role = hasStarted ? {} : { role: 'assistant' };
    hasStarted = true;
    return event({
      ...head('chat.completion.chunk'),
      choices: [{ index: 0, delta: { ...role, ...delta }, finish_reason: reasonOf(finish) }],
    });
  }
  function write(part: AnswerPart): string {
    switch (part.kind) {
      case 'text':
        return chunk({ content: part.text });
      case 'refusal':
        return chunk({ refusal: part.text });
      case 'reasoning':
        thought += part.text;
        return chunk({ reasoning_content: part.text });
      case 'signature':
        return detail(signed(thought, part.signature));
      case 'hiddenReasoning':
        return detail({ type: 'reasoning.encrypted', data: part.data });
      case 'toolCall': {
        const index = placeOfCall.size;
        placeOfCall.set(part.call, index);
        const { id, name } = part;
        return chunk({ tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] });
      }
      case 'toolInput': {
        const index = placeOfCall.get(part.call);
        if (index === undefined) throw new Error('the upstream writes to a call that has not begun');
        return chunk({ tool_calls: [{ index, function: { arguments: part.json } }] });
      }
      case 'finish':
        return chunk({}, part);
      case 'usage':
        ({ usage } = part);
        return '';
    }
  }
  function detail(one: object): string {
    thought = '';
    thoughts += 1;
    return chunk({ reasoning_details: [{ ...one, index: thoughts - 1 }] });
  }

  return {
    events: (parts) => Buffer.from(parts.map(write).join('')),
    farewell() {
      if (!facts.wantsUsage || usage === null) return done;
      const last = event({ ...head('chat.completion.chunk'), choices: [], usage: writeChatUsage(usage) });
      return Buffer.concat([Buffer.from(last), done]);
    },
    whole(parts) {
      const answer = collectAnswer(parts);
      return Buffer.from(
        JSON.stringify({
          ...head('chat.completion'),
          choices: [
            {
              index: 0,
              message: messageOf(answer),
              logprobs: null,
              finish_reason: reasonOf(answer.finish) ?? 'stop',
            },
          ],
          ...given('usage', answer.usage === null ? null : writeChatUsage(answer.usage)),
        }),
      );
    },
  };
}

function messageOf({ blocks }: Answer): object {
  const joined = (kind: 'text' | 'refusal' | 'reasoning') => {
    const texts = blocks.flatMap((block) => (block.kind === kind ? [block.text] : []));
    return texts.length === 0 ? null : texts.join('');
  };
  const details = blocks.flatMap((block): object[] => {
    if (block.kind === 'hiddenReasoning') return [{ type: 'reasoning.encrypted', data: block.data }];
    return block.kind === 'reasoning' && block.signature !== null
      ? [signed(block.text, block.signature)]
      : [];
  });
  const calls = blocks.flatMap((block) =>
    block.kind === 'toolCall'
      ? [{ id: block.id, type: 'function', function: { name: block.name, arguments: block.json } }]
      : [],
  );
  return {
    role: 'assistant',
    content: joined('text'),
    refusal: joined('refusal'),
    ...given('reasoning_content', joined('reasoning')),
    ...given(
      'reasoning_details',
      details.length === 0 ? null : details.map((one, index) => ({ ...one, index })),
    ),
    ...given('tool_calls', calls.length === 0 ? null : calls),
  };
}

/** As OpenRouter writes what was thought and by which its writer knows it again. */
function signed(text: string, signature: string) {
  return { type: 'reasoning.text', text, signature };
}

function reasonOf(finish: Finish | null): string | null {
  return finish === null ? null : finishReasons[finish.reason];
}

/** Usage in the words of chat completions: everything read and written, and the parts of each. */
export function writeChatUsage(usage: TokenUsage) {
  const read = allInputTokens(usage);
  const written = allOutputTokens(usage);
  return {
    prompt_tokens: read,
    completion_tokens: written,
    total_tokens: read + written,
    prompt_tokens_details: {
      cached_tokens: usage.cachedInputTokens,
      cache_write_tokens: usage.cacheWriteTokens,
    },
    completion_tokens_details: { reasoning_tokens: usage.reasoningTokens },
  };
}

function event(data: object): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}
