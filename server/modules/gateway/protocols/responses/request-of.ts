import type { AssistantPart, Conversation, ImagePart, TextPart, Turn, UserPart } from '../conversation.ts';
import { stringifyExactly } from '../exact-json.ts';
import { given } from '../given.ts';
import { choiceWord, effortOf, urlOf } from '../openai-parts.ts';
import { notConvertible } from '../strict-read.ts';

/** A conversation as Responses are asked for, without the model. Nothing is kept there. @throws naming what cannot be said. */
export function responsesRequestOf(conversation: Conversation): Readonly<Record<string, unknown>> {
  const { system, turns, tools, stop, thinking, schema } = conversation;
  if (stop !== null && stop.sequences.length > 0) throw notConvertible(stop.at);
  return {
    input: turns.flatMap(itemsOf),
    store: false,
    include: ['reasoning.encrypted_content'],
    ...given('instructions', system.length === 0 ? null : system.join('\n\n')),
    ...given('max_output_tokens', conversation.maxOutputTokens),
    ...given('temperature', conversation.temperature),
    ...given('top_p', conversation.topP),
    ...given('reasoning', thinking === null ? null : { effort: effortOf(thinking), summary: 'auto' }),
    ...given(
      'tools',
      tools.length === 0
        ? null
        : tools.map(({ name, description, parameters, isStrict }) => ({
            type: 'function',
            name,
            ...given('description', description),
            parameters,
            // Without it the server would be strict.
            strict: isStrict ?? false,
          })),
    ),
    ...given('tool_choice', choiceOf(conversation)),
    ...given('parallel_tool_calls', tools.length === 0 ? null : conversation.isParallel),
    ...given(
      'text',
      schema === null
        ? null
        : { format: { type: 'json_schema', name: schema.name, schema: schema.schema, strict: true } },
    ),
    ...given('stream', conversation.isStreamed ? true : null),
  };
}

function itemsOf(turn: Turn): object[] {
  if (turn.role === 'system') return [{ role: 'developer', content: turn.parts.map(shownPart) }];
  return turn.role === 'user' ? userItems(turn.parts) : assistantItems(turn.parts);
}

/** Outputs of tools are items of their own, before what the user says. */
function userItems(parts: readonly UserPart[]): object[] {
  const results = parts
    .filter((part) => part.kind === 'toolResult')
    .map(({ callId, parts, isError }) => ({
      type: 'function_call_output',
      call_id: callId,
      output: outputOf(parts, isError),
    }));
  const said = parts.filter((part) => part.kind !== 'toolResult');
  return said.length === 0 && results.length > 0
    ? results
    : [...results, { role: 'user', content: said.map(shownPart) }];
}

/** A plain text where nothing else is shown. */
function outputOf(parts: readonly (TextPart | ImagePart)[], isError: boolean): string | object[] {
  const prefix = isError ? 'Error: ' : '';
  if (parts.every((part) => part.kind === 'text')) return prefix + parts.map(({ text }) => text).join('\n\n');
  return [...(isError ? [{ type: 'input_text', text: prefix }] : []), ...parts.map(shownPart)];
}

function shownPart(part: TextPart | ImagePart): object {
  return part.kind === 'text'
    ? { type: 'input_text', text: part.text }
    : { type: 'input_image', image_url: urlOf(part), detail: 'auto' };
}

function assistantItems(parts: readonly AssistantPart[]): object[] {
  return parts.map((part, index) => {
    switch (part.kind) {
      case 'text':
        return { role: 'assistant', content: [{ type: 'output_text', text: part.text, annotations: [] }] };
      case 'reasoning':
        return {
          type: 'reasoning',
          id: `rs_${index}`,
          summary: [],
          content: [{ type: 'reasoning_text', text: part.text }],
          ...given('encrypted_content', part.signature),
        };
      case 'hiddenReasoning':
        return { type: 'reasoning', id: `rs_${index}`, summary: [], encrypted_content: part.data };
      case 'toolCall':
        return {
          type: 'function_call',
          call_id: part.id,
          name: part.name,
          arguments: stringifyExactly(part.input),
        };
    }
  });
}

function choiceOf({ toolChoice, tools }: Conversation): unknown {
  if (toolChoice === null || tools.length === 0) return null;
  return toolChoice.kind === 'tool' ? { type: 'function', name: toolChoice.name } : choiceWord(toolChoice);
}
