import type {
  AssistantPart,
  Conversation,
  ImagePart,
  TextPart,
  Thinking,
  Turn,
  UserPart,
} from '../conversation.ts';
import { given } from '../given.ts';
import { notConvertible } from '../strict-read.ts';

/** Messages cannot be asked for without a bound; every model of Anthropic's writes this much. */
const leastMaximum = 4096;
const budgetTokens = { low: 2048, medium: 8192, high: 16_384 } as const;
/** Anthropic's least. */
const leastBudgetTokens = 1024;
const mediaTypes: ReadonlySet<string> = new Set(['image/jpeg', 'image/png', 'image/gif', 'image/webp']);

/** A conversation as Messages are asked for, without the model. @throws naming the part that cannot be said. */
export function messagesRequestOf(conversation: Conversation): Readonly<Record<string, unknown>> {
  const { system, turns, tools, stop, thinking, schema, temperature } = conversation;
  if (temperature !== null && temperature > 1) throw notConvertible('temperature', 'it can be 1 at most');
  const maxTokens = conversation.maxOutputTokens ?? leastMaximum;
  return {
    max_tokens: maxTokens,
    messages: turns.map(messageOf),
    ...given('system', system.length === 0 ? null : system.join('\n\n')),
    ...given('temperature', temperature),
    ...given('top_p', conversation.topP),
    ...given('stop_sequences', stop.length === 0 ? null : stop),
    ...given('thinking', thinking === null ? null : thinkingOf(thinking, maxTokens)),
    ...given(
      'tools',
      tools.length === 0
        ? null
        : tools.map(({ name, description, parameters, isStrict }) => ({
            name,
            ...given('description', description),
            input_schema: { type: 'object', ...parameters },
            ...given('strict', isStrict === true ? true : null),
          })),
    ),
    ...given('tool_choice', choiceOf(conversation)),
    ...given(
      'output_config',
      schema === null ? null : { format: { type: 'json_schema', schema: schema.schema } },
    ),
    ...given('stream', conversation.isStreamed ? true : null),
  };
}

function messageOf(turn: Turn): object {
  const content = turn.role === 'user' ? userBlocks(turn.parts) : turn.parts.map(assistantBlock);
  return { role: turn.role, content };
}

/** Results of tools stand first: the model waits for them. */
function userBlocks(parts: readonly UserPart[]): object[] {
  const results = parts.filter((part) => part.kind === 'toolResult');
  const said = parts.filter((part) => part.kind !== 'toolResult');
  return [
    ...results.map(({ callId, parts, isError }) => ({
      type: 'tool_result',
      tool_use_id: callId,
      content: parts.map(shownBlock),
      ...given('is_error', isError ? true : null),
    })),
    ...said.map(shownBlock),
  ];
}

function shownBlock(part: TextPart | ImagePart): object {
  if (part.kind === 'text') return { type: 'text', text: part.text };
  const { source } = part;
  if ('url' in source) return { type: 'image', source: { type: 'url', url: source.url } };
  if (!mediaTypes.has(source.mediaType))
    throw notConvertible(part.at, 'a picture must be JPEG, PNG, GIF or WebP for the model server');
  return {
    type: 'image',
    source: { type: 'base64', media_type: source.mediaType, data: source.base64 },
  };
}

function assistantBlock(part: AssistantPart): object {
  switch (part.kind) {
    case 'text':
      return { type: 'text', text: part.text };
    case 'reasoning':
      // Anthropic refuses thoughts that it cannot know again.
      if (part.signature === null || part.signature === '')
        throw notConvertible(
          part.at,
          'reasoning must be given back with its signature, in reasoning_details',
        );
      return { type: 'thinking', thinking: part.text, signature: part.signature };
    case 'hiddenReasoning':
      return { type: 'redacted_thinking', data: part.data };
    case 'toolCall':
      return { type: 'tool_use', id: part.id, name: part.name, input: part.input };
  }
}

function choiceOf({ toolChoice, isParallel, tools }: Conversation): object | null {
  if (tools.length === 0) return null;
  const alone = given('disable_parallel_tool_use', isParallel === false ? true : null);
  if (toolChoice === null) return isParallel === false ? { type: 'auto', ...alone } : null;
  if (toolChoice.kind === 'none') return { type: 'none' };
  return toolChoice.kind === 'tool'
    ? { type: 'tool', name: toolChoice.name, ...alone }
    : { type: toolChoice.kind, ...alone };
}

/** Within the maximum, of which it is a part; nothing where the maximum leaves no room. */
function thinkingOf(thinking: Thinking, maxTokens: number): object | null {
  const wanted = 'effort' in thinking ? budgetTokens[thinking.effort] : thinking.budgetTokens;
  const budget = Math.min(wanted, maxTokens - 1);
  if (budget < leastBudgetTokens)
    throw notConvertible('reasoning_effort', `with it the maximum must be above ${leastBudgetTokens} tokens`);
  return { type: 'enabled', budget_tokens: budget };
}
