import type {
  AssistantPart,
  Conversation,
  Effort,
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
const mediaTypes: ReadonlySet<string> = new Set(['image/jpeg', 'image/png', 'image/gif', 'image/webp']);

/** A conversation as Messages are asked for, without the model. @throws naming the part that cannot be said. */
export function messagesRequestOf(conversation: Conversation): Readonly<Record<string, unknown>> {
  const { system, turns, tools, stop, temperature } = conversation;
  const thinking = saidThinking(conversation.thinking);
  if (temperature !== null && temperature > 1) throw notConvertible('temperature', 'it can be 1 at most');
  return {
    max_tokens: conversation.maxOutputTokens ?? leastMaximum,
    messages: turns.map(messageOf),
    ...given('system', system.length === 0 ? null : system.join('\n\n')),
    ...given('temperature', temperature),
    ...given('top_p', conversation.topP),
    ...given('stop_sequences', stop?.sequences ?? null),
    ...given('thinking', thinking === null ? null : thinkingOf(thinking)),
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
    ...given('output_config', outputOf(thinking, conversation.schema)),
    ...given('stream', conversation.isStreamed ? true : null),
  };
}

function messageOf(turn: Turn): object {
  if (turn.role === 'system') return { role: turn.role, content: turn.parts.map(shownBlock) };
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

/** Claude does not think where nothing is said of it, and knows no effort that all its models have above `high`. */
function saidThinking(thinking: Thinking | null): SaidThinking | null {
  if (thinking === null || 'budgetTokens' in thinking) return thinking;
  const { effort } = thinking;
  if (effort === 'none' || effort === 'minimal') return null;
  return { effort: effort === 'xhigh' ? 'high' : effort };
}

type SaidThinking =
  | { readonly budgetTokens: number }
  | { readonly effort: Exclude<Effort, 'none' | 'minimal' | 'xhigh'> };

function thinkingOf(thinking: SaidThinking): object {
  return 'effort' in thinking
    ? { type: 'adaptive' }
    : { type: 'enabled', budget_tokens: thinking.budgetTokens };
}

function outputOf(thinking: SaidThinking | null, schema: Conversation['schema']): object | null {
  if (schema === null && (thinking === null || !('effort' in thinking))) return null;
  return {
    ...given('effort', thinking !== null && 'effort' in thinking ? thinking.effort : null),
    ...given('format', schema === null ? null : { type: 'json_schema', schema: schema.schema }),
  };
}
