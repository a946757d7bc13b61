import type { AssistantPart, Conversation, ImagePart, TextPart, Turn, UserPart } from '../conversation.ts';
import { stringifyExactly } from '../exact-json.ts';
import { given } from '../given.ts';
import { choiceWord, effortOf, urlOf } from '../openai-parts.ts';
import { notConvertible } from '../strict-read.ts';

/** A conversation as chat completions are asked for, without the model. @throws naming the part that cannot be said. */
export function chatRequestOf(conversation: Conversation): Readonly<Record<string, unknown>> {
  const { system, turns, tools, stop, thinking, schema } = conversation;
  return {
    messages: [
      ...(system.length === 0 ? [] : [{ role: 'system', content: system.join('\n\n') }]),
      ...turns.flatMap(messagesOf),
    ],
    ...given('max_tokens', conversation.maxOutputTokens),
    ...given('temperature', conversation.temperature),
    ...given('top_p', conversation.topP),
    ...given('stop', stop?.sequences ?? null),
    ...given('reasoning_effort', thinking === null ? null : effortOf(thinking)),
    ...given(
      'tools',
      tools.length === 0
        ? null
        : tools.map(({ name, description, parameters, isStrict }) => ({
            type: 'function',
            function: {
              name,
              ...given('description', description),
              parameters,
              ...given('strict', isStrict),
            },
          })),
    ),
    ...given('tool_choice', choiceOf(conversation)),
    ...given('parallel_tool_calls', tools.length === 0 ? null : conversation.isParallel),
    ...given(
      'response_format',
      schema === null ? null : { type: 'json_schema', json_schema: { ...schema, strict: true } },
    ),
    ...given('stream', conversation.isStreamed ? true : null),
  };
}

function messagesOf(turn: Turn): object[] {
  if (turn.role === 'system')
    return [{ role: turn.role, content: turn.parts.map(({ text }) => text).join('\n\n') }];
  return turn.role === 'user' ? userMessages(turn.parts) : [assistantMessage(turn.parts)];
}

/** Results of tools are messages of their own, before what the user says. */
function userMessages(parts: readonly UserPart[]): object[] {
  const results = parts
    .filter((part) => part.kind === 'toolResult')
    .map(({ callId, parts, isError }) => {
      const text = parts.map(textOnly).join('\n\n');
      return { role: 'tool', tool_call_id: callId, content: isError ? `Error: ${text}` : text };
    });
  const said = parts.filter((part) => part.kind !== 'toolResult');
  return said.length === 0 && results.length > 0
    ? results
    : [...results, { role: 'user', content: contentOf(said) }];
}

function textOnly(part: TextPart | ImagePart): string {
  if (part.kind === 'text') return part.text;
  throw notConvertible(part.at, 'results of tools are text for the model server');
}

/** A plain text where nothing else is said: not every server takes lists. */
function contentOf(parts: readonly (TextPart | ImagePart)[]): string | object[] {
  if (parts.every((part) => part.kind === 'text')) return parts.map(({ text }) => text).join('\n\n');
  return parts.map((part) => {
    if (part.kind === 'text') return { type: 'text', text: part.text };
    return { type: 'image_url', image_url: { url: urlOf(part) } };
  });
}

function assistantMessage(parts: readonly AssistantPart[]): object {
  const texts: string[] = [];
  const thoughts: string[] = [];
  const details: object[] = [];
  const calls: object[] = [];
  for (const part of parts) {
    if (part.kind === 'text') texts.push(part.text);
    else if (part.kind === 'reasoning') {
      thoughts.push(part.text);
      if (part.signature !== null && part.signature !== '')
        details.push({ type: 'reasoning.text', text: part.text, signature: part.signature });
    } else if (part.kind === 'hiddenReasoning')
      details.push({ type: 'reasoning.encrypted', data: part.data });
    else
      calls.push({
        id: part.id,
        type: 'function',
        function: { name: part.name, arguments: stringifyExactly(part.input) },
      });
  }
  return {
    role: 'assistant',
    content: texts.length === 0 ? null : texts.join('\n\n'),
    ...given('reasoning_content', thoughts.length === 0 ? null : thoughts.join('\n\n')),
    // As OpenRouter reads by what the writer of a thought knows it again.
    ...given(
      'reasoning_details',
      details.length === 0 ? null : details.map((one, index) => ({ ...one, index })),
    ),
    ...given('tool_calls', calls.length === 0 ? null : calls),
  };
}

function choiceOf({ toolChoice, tools }: Conversation): unknown {
  if (toolChoice === null || tools.length === 0) return null;
  if (toolChoice.kind === 'tool') return { type: 'function', function: { name: toolChoice.name } };
  return choiceWord(toolChoice);
}
