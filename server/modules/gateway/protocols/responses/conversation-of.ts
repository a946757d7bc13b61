import { z } from 'zod';
import { malformedRequest } from '../../problems.ts';
import type { AssistantPart, Conversation, ImagePart, TextPart, ToolChoice, Turn } from '../conversation.ts';
import { effort, imageOf, thinkingOf, toolInputOf, withoutNulls } from '../openai-parts.ts';
import { hint, jsonObject, notConvertible, readStrictly } from '../strict-read.ts';
import { addTurn } from '../turns.ts';

const inputText = z.strictObject({ type: z.literal('input_text'), text: z.string() });
const inputImage = z.strictObject({
  type: z.literal('input_image'),
  image_url: z.string(),
  detail: hint,
  file_id: z.null().optional(),
});
const outputText = z.strictObject({
  type: z.literal('output_text'),
  text: z.string(),
  annotations: z.array(z.never()).optional(),
  logprobs: z.array(z.never()).nullish(),
});
const refusal = z.strictObject({ type: z.literal('refusal'), refusal: z.string() });
const shown = z.discriminatedUnion('type', [inputText, inputImage]);

const listOf = <Part extends z.ZodType>(part: Part, type: string) =>
  z.preprocess((value) => (typeof value === 'string' ? [{ type, text: value }] : value), z.array(part));

const asItem = { id: hint, status: hint, phase: hint };
const message = z.discriminatedUnion('role', [
  z.strictObject({
    type: z.literal('message'),
    role: z.literal('user'),
    content: listOf(shown, 'input_text'),
    ...asItem,
  }),
  z.strictObject({
    type: z.literal('message'),
    role: z.literal('assistant'),
    content: listOf(z.discriminatedUnion('type', [outputText, refusal]), 'output_text'),
    ...asItem,
  }),
  z.strictObject({
    type: z.literal('message'),
    role: z.enum(['system', 'developer']),
    content: listOf(inputText, 'input_text'),
    ...asItem,
  }),
]);
const functionCall = z.strictObject({
  type: z.literal('function_call'),
  call_id: z.string(),
  name: z.string(),
  arguments: z.string(),
  ...asItem,
});
const functionOutput = z.strictObject({
  type: z.literal('function_call_output'),
  call_id: z.string(),
  output: listOf(shown, 'input_text'),
  ...asItem,
});
const reasoning = z.strictObject({
  type: z.literal('reasoning'),
  summary: z.array(z.strictObject({ type: z.literal('summary_text'), text: z.string() })),
  content: z.array(z.strictObject({ type: z.literal('reasoning_text'), text: z.string() })).nullish(),
  encrypted_content: z.string().nullish(),
  ...asItem,
});
/** What has a role and says nothing else of itself is a message. */
const item = z.preprocess(
  (value) =>
    typeof value === 'object' && value !== null && 'role' in value && !('type' in value)
      ? { type: 'message', ...value }
      : value,
  z.discriminatedUnion('type', [message, functionCall, functionOutput, reasoning]),
);
const tool = z.strictObject({
  type: z.literal('function'),
  name: z.string(),
  description: z.string().nullish(),
  parameters: jsonObject.nullish(),
  strict: z.boolean().nullish(),
});
const request = z.strictObject({
  model: z.string(),
  input: z.preprocess(
    (value) => (typeof value === 'string' ? [{ role: 'user', content: value }] : value),
    z.array(item),
  ),
  instructions: z.string().nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.strictObject({ include_obfuscation: hint }).nullish(),
  max_output_tokens: z.int().min(1).nullish(),
  temperature: z.number().min(0).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  tools: z.array(tool).nullish(),
  tool_choice: z
    .union([
      z.enum(['auto', 'none', 'required']),
      z.strictObject({ type: z.literal('function'), name: z.string() }),
    ])
    .nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  reasoning: z
    .strictObject({
      effort,
      summary: hint,
      generate_summary: hint,
    })
    .nullish(),
  text: z
    .strictObject({
      format: z
        .discriminatedUnion('type', [
          z.strictObject({ type: z.literal('text') }),
          z.strictObject({
            type: z.literal('json_schema'),
            name: z.string(),
            schema: jsonObject,
            strict: z.boolean().nullish(),
          }),
        ])
        .nullish(),
      verbosity: z.literal('medium').nullish(),
    })
    .nullish(),
  truncation: z.literal('disabled').nullish(),
  // What a model thought is given back in this form whenever there is one.
  include: z.array(z.literal('reasoning.encrypted_content')).nullish(),
  top_logprobs: z.literal(0).nullish(),
  service_tier: z.enum(['auto', 'default']).nullish(),
  background: z.literal(false).nullish(),
  store: z.literal(false).nullish(),
  previous_response_id: z.null().optional(),
  conversation: z.null().optional(),
  prompt: z.null().optional(),
  usage: hint,
  user: hint,
  metadata: hint,
  safety_identifier: hint,
  prompt_cache_key: hint,
  prompt_cache_retention: hint,
});

type Request = z.output<typeof request>;
type Item = Request['input'][number];

/** A request of Responses in no protocol. @throws naming the field that no other protocol can say. */
export function conversationOfResponses(body: unknown): Conversation {
  const read = readStrictly(request, withoutNulls(body));
  const firstTurn = read.input.findIndex((one) => !isInstruction(one));
  const beginning = firstTurn === -1 ? read.input : read.input.slice(0, firstTurn);
  const said = beginning.flatMap((one) => ('content' in one ? [textOf(one.content ?? [])] : []));
  return {
    system: [read.instructions ?? '', ...said].filter((text) => text !== ''),
    turns: turnsOf(read.input, beginning.length),
    tools: (read.tools ?? []).map(({ name, description = null, parameters, strict = null }) => ({
      name,
      description,
      parameters: parameters ?? { type: 'object', properties: {} },
      isStrict: strict,
    })),
    toolChoice: choiceOf(read.tool_choice),
    isParallel: read.parallel_tool_calls ?? null,
    maxOutputTokens: read.max_output_tokens ?? null,
    temperature: read.temperature ?? null,
    topP: read.top_p ?? null,
    stop: null,
    thinking: thinkingOf(read.reasoning?.effort),
    schema: schemaOf(read.text?.format),
    isStreamed: read.stream === true,
  };
}

function isInstruction(one: Item): boolean {
  return one.type === 'message' && (one.role === 'system' || one.role === 'developer');
}

function turnsOf(items: readonly Item[], from: number): readonly Turn[] {
  const turns: Turn[] = [];
  for (const [index, one] of items.entries())
    if (index >= from) addTurn(turns, turnOf(one, `input[${index}]`));
  if (turns.length === 0)
    throw malformedRequest({ detail: "Missing required parameter: 'input'.", param: 'input' });
  if (turns.at(-1)?.role === 'assistant')
    throw notConvertible(
      `input[${items.length - 1}]`,
      'the last item must be the user’s or the output of a tool',
    );
  return turns;
}

function turnOf(one: Item, at: string): Turn {
  switch (one.type) {
    case 'function_call':
      return {
        role: 'assistant',
        parts: [
          {
            kind: 'toolCall',
            at,
            id: one.call_id,
            name: one.name,
            input: toolInputOf(one.arguments, `${at}.arguments`),
          },
        ],
      };
    case 'function_call_output':
      return {
        role: 'user',
        parts: [
          {
            kind: 'toolResult',
            at,
            callId: one.call_id,
            parts: one.output.map((part, place) => shownPart(part, `${at}.output[${place}]`)),
            isError: false,
          },
        ],
      };
    case 'reasoning':
      return { role: 'assistant', parts: reasoningParts(one, at) };
    case 'message':
      return messageTurn(one, at);
  }
}

function messageTurn(one: Extract<Item, { type: 'message' }>, at: string): Turn {
  if (one.role === 'user')
    return {
      role: 'user',
      parts: one.content.map((part, place) => shownPart(part, `${at}.content[${place}]`)),
    };
  if (one.role !== 'assistant')
    return { role: 'system', parts: [{ kind: 'text', at, text: textOf(one.content) }] };
  return {
    role: 'assistant',
    parts: one.content.map((part, place) => ({
      kind: 'text',
      at: `${at}.content[${place}]`,
      text: part.type === 'output_text' ? part.text : part.refusal,
    })),
  };
}

function shownPart(part: z.output<typeof shown>, at: string): TextPart | ImagePart {
  return part.type === 'input_text'
    ? { kind: 'text', at, text: part.text }
    : imageOf(part.image_url, at, `${at}.image_url`);
}

/** Text that comes with what only its writer can read is signed by it. */
function reasoningParts(one: z.output<typeof reasoning>, at: string): AssistantPart[] {
  const text = [...one.summary, ...(one.content ?? [])].map((part) => part.text).join('\n\n');
  const encrypted = one.encrypted_content ?? null;
  if (text !== '') return [{ kind: 'reasoning', at, text, signature: encrypted }];
  return encrypted === null
    ? []
    : [{ kind: 'hiddenReasoning', at: `${at}.encrypted_content`, data: encrypted }];
}

function textOf(parts: readonly object[]): string {
  return parts.map((part) => ('text' in part ? String(part.text) : '')).join('\n\n');
}

type Format = NonNullable<Request['text']>['format'];

function schemaOf(format: Format): Conversation['schema'] {
  return format?.type === 'json_schema' ? { name: format.name, schema: format.schema } : null;
}

function choiceOf(choice: Request['tool_choice']): ToolChoice | null {
  if (choice === undefined || choice === null) return null;
  if (typeof choice === 'object') return { kind: 'tool', name: choice.name };
  return { kind: choice === 'required' ? 'any' : choice };
}
