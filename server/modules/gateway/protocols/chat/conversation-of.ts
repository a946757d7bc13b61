import { z } from 'zod';
import type { AssistantPart, Conversation, ImagePart, TextPart, ToolChoice, Turn } from '../conversation.ts';
import { effort, imageOf, thinkingOf, toolInputOf, withoutNulls } from '../openai-parts.ts';
import { hint, jsonObject, notConvertible, readStrictly } from '../strict-read.ts';
import { addTurn } from '../turns.ts';

/** A text may stand for a list with one part of text, and nothing for an empty list. */
const partsOf = <Part extends z.ZodType>(part: Part) =>
  z.preprocess((value) => {
    if (typeof value === 'string') return value === '' ? [] : [{ type: 'text', text: value }];
    return value ?? [];
  }, z.array(part));

const text = z.strictObject({ type: z.literal('text'), text: z.string(), cache_control: hint });
const refusal = z.strictObject({ type: z.literal('refusal'), refusal: z.string() });
const image = z.strictObject({
  type: z.literal('image_url'),
  image_url: z.strictObject({ url: z.string(), detail: hint }),
});
const toolCall = z.strictObject({
  id: z.string(),
  type: z.literal('function'),
  index: hint,
  function: z.strictObject({ name: z.string(), arguments: z.string() }),
});
const reasoningDetail = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('reasoning.text'),
    text: z.string(),
    signature: z.string().nullish(),
    format: hint,
    index: hint,
    id: hint,
  }),
  z.strictObject({
    type: z.literal('reasoning.encrypted'),
    data: z.string(),
    format: hint,
    index: hint,
    id: hint,
  }),
]);
const message = z.discriminatedUnion('role', [
  z.strictObject({ role: z.literal('system'), content: partsOf(text) }),
  z.strictObject({ role: z.literal('developer'), content: partsOf(text) }),
  z.strictObject({ role: z.literal('user'), content: partsOf(z.discriminatedUnion('type', [text, image])) }),
  z.strictObject({
    role: z.literal('assistant'),
    content: partsOf(z.discriminatedUnion('type', [text, refusal])),
    refusal: z.string().nullish(),
    tool_calls: z.array(toolCall).nullish(),
    reasoning_content: z.string().nullish(),
    reasoning_details: z.array(reasoningDetail).nullish(),
    audio: z.null().optional(),
    function_call: z.null().optional(),
    annotations: z.array(z.never()).optional(),
  }),
  z.strictObject({ role: z.literal('tool'), tool_call_id: z.string(), content: partsOf(text) }),
]);
const tool = z.strictObject({
  type: z.literal('function'),
  function: z.strictObject({
    name: z.string(),
    description: z.string().nullish(),
    parameters: jsonObject.nullish(),
    strict: z.boolean().nullish(),
  }),
});
const noPenalty = z.literal(0).nullish();
const request = z.strictObject({
  model: z.string(),
  messages: z.array(message).min(1),
  stream: z.boolean().nullish(),
  stream_options: z
    .strictObject({ include_usage: z.boolean().nullish(), include_obfuscation: hint })
    .nullish(),
  max_tokens: z.int().nullish(),
  max_completion_tokens: z.int().nullish(),
  temperature: z.number().min(0).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  stop: z.union([z.string(), z.array(z.string())]).nullish(),
  tools: z.array(tool).nullish(),
  tool_choice: z
    .union([
      z.enum(['auto', 'none', 'required']),
      z.strictObject({ type: z.literal('function'), function: z.strictObject({ name: z.string() }) }),
    ])
    .nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  reasoning_effort: effort,
  response_format: z
    .discriminatedUnion('type', [
      z.strictObject({ type: z.literal('text') }),
      z.strictObject({
        type: z.literal('json_schema'),
        json_schema: z.strictObject({
          name: z.string(),
          schema: jsonObject,
          strict: z.boolean().nullish(),
        }),
      }),
    ])
    .nullish(),
  n: z.literal(1).nullish(),
  logprobs: z.literal(false).nullish(),
  frequency_penalty: noPenalty,
  presence_penalty: noPenalty,
  modalities: z.array(z.literal('text')).nullish(),
  service_tier: z.enum(['auto', 'default']).nullish(),
  usage: hint,
  user: hint,
  metadata: hint,
  safety_identifier: hint,
  prompt_cache_key: hint,
  store: hint,
});

type Request = z.output<typeof request>;
type Message = Request['messages'][number];

/** A request of chat completions in no protocol. @throws naming the field that no other protocol can say. */
export function conversationOfChat(body: unknown): Conversation {
  const read = readStrictly(request, withoutNulls(body));
  const firstTurn = read.messages.findIndex(({ role }) => role !== 'system' && role !== 'developer');
  const beginning = firstTurn === -1 ? read.messages : read.messages.slice(0, firstTurn);
  return {
    system: beginning.map(({ content }) => textOf(content)).filter((said) => said !== ''),
    turns: turnsOf(read.messages, beginning.length),
    tools: (read.tools ?? []).map(({ function: one }) => ({
      name: one.name,
      description: one.description ?? null,
      parameters: one.parameters ?? { type: 'object', properties: {} },
      isStrict: one.strict ?? null,
    })),
    toolChoice: choiceOf(read.tool_choice),
    isParallel: read.parallel_tool_calls ?? null,
    maxOutputTokens: limitOf(read.max_completion_tokens ?? read.max_tokens),
    temperature: read.temperature ?? null,
    topP: read.top_p ?? null,
    stop: stopOf(read.stop),
    thinking: thinkingOf(read.reasoning_effort),
    schema: schemaOf(read.response_format),
    isStreamed: read.stream === true,
  };
}

/** Results of tools and what the user says after them are one turn. */
function turnsOf(messages: readonly Message[], from: number): Turn[] {
  const turns: Turn[] = [];
  for (const [index, message] of messages.entries()) {
    if (index < from) continue;
    addTurn(turns, turnOf(message, `messages[${index}]`));
  }
  const last = turns.at(-1);
  if (last === undefined || last.role === 'assistant')
    throw notConvertible(
      `messages[${messages.length - 1}].role`,
      'the last word must be the user’s or the result of a tool',
    );
  return turns;
}

function turnOf(message: Message, at: string): Turn {
  switch (message.role) {
    case 'system':
    case 'developer':
      return { role: 'system', parts: [{ kind: 'text', at, text: textOf(message.content) }] };
    case 'user':
      return {
        role: 'user',
        // A message without a word is one.
        parts:
          message.content.length === 0
            ? [{ kind: 'text', at: `${at}.content`, text: '' }]
            : message.content.map((part, place) => userPart(part, `${at}.content[${place}]`)),
      };
    case 'tool':
      return {
        role: 'user',
        parts: [
          {
            kind: 'toolResult',
            at,
            callId: message.tool_call_id,
            parts: [{ kind: 'text', at: `${at}.content`, text: textOf(message.content) }],
            isError: false,
          },
        ],
      };
    case 'assistant':
      return { role: 'assistant', parts: assistantParts(message, at) };
  }
}

function userPart(part: z.output<typeof text> | z.output<typeof image>, at: string): TextPart | ImagePart {
  return part.type === 'text'
    ? { kind: 'text', at, text: part.text }
    : imageOf(part.image_url.url, at, `${at}.image_url.url`);
}

function assistantParts(message: Extract<Message, { role: 'assistant' }>, at: string): AssistantPart[] {
  const { content, refusal = null, tool_calls: calls, reasoning_details: details } = message;
  const thoughts = details ?? [];
  if (thoughts.length === 0 && (message.reasoning_content ?? '') !== '')
    thoughts.push({ type: 'reasoning.text', text: message.reasoning_content ?? '' });
  return [
    ...thoughts.map((detail, index): AssistantPart => {
      const place = details === thoughts ? `${at}.reasoning_details[${index}]` : `${at}.reasoning_content`;
      return detail.type === 'reasoning.text'
        ? { kind: 'reasoning', at: place, text: detail.text, signature: detail.signature ?? null }
        : { kind: 'hiddenReasoning', at: place, data: detail.data };
    }),
    ...content.map((part, index): AssistantPart => ({
      kind: 'text',
      at: `${at}.content[${index}]`,
      text: part.type === 'text' ? part.text : part.refusal,
    })),
    ...(refusal === null || refusal === ''
      ? []
      : [{ kind: 'text' as const, at: `${at}.refusal`, text: refusal }]),
    ...(calls ?? []).map((call, index): AssistantPart => {
      const place = `${at}.tool_calls[${index}]`;
      const { name, arguments: json } = call.function;
      return {
        kind: 'toolCall',
        at: place,
        id: call.id,
        name,
        input: toolInputOf(json, `${place}.function.arguments`),
      };
    }),
  ];
}

function textOf(content: Message['content']): string {
  return content.map((part) => ('text' in part ? part.text : '')).join('\n\n');
}

function schemaOf(format: Request['response_format']): Conversation['schema'] {
  if (format?.type !== 'json_schema') return null;
  const { name, schema } = format.json_schema;
  return { name, schema };
}

function choiceOf(choice: Request['tool_choice']): ToolChoice | null {
  if (choice === undefined || choice === null) return null;
  if (typeof choice === 'object') return { kind: 'tool', name: choice.function.name };
  return { kind: choice === 'required' ? 'any' : choice };
}

function stopOf(stop: Request['stop']): Conversation['stop'] {
  if (stop === undefined || stop === null || stop.length === 0) return null;
  return { at: 'stop', sequences: typeof stop === 'string' ? [stop] : stop };
}

/** 0 and -1 are no bound. */
function limitOf(limit: number | null | undefined): number | null {
  return limit === undefined || limit === null || limit < 1 ? null : limit;
}
