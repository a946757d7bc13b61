import { z } from 'zod';
import type {
  AssistantPart,
  Conversation,
  Effort,
  ImagePart,
  TextPart,
  Thinking,
  ToolChoice,
  Turn,
  UserPart,
} from '../conversation.ts';
import { hint, jsonObject, notConvertible, readStrictly } from '../strict-read.ts';

/** A text may stand for a list with one block of text. */
const blocksOf = <Block extends z.ZodType>(block: Block) =>
  z.preprocess(
    (value) => (typeof value === 'string' ? [{ type: 'text', text: value }] : value),
    z.array(block),
  );

const text = z.strictObject({
  type: z.literal('text'),
  text: z.string(),
  cache_control: hint,
  citations: z.union([z.null(), z.array(z.never())]).optional(),
});
const image = z.strictObject({
  type: z.literal('image'),
  source: z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('base64'), media_type: z.string(), data: z.string() }),
    z.strictObject({ type: z.literal('url'), url: z.string() }),
  ]),
  cache_control: hint,
});
const toolResult = z.strictObject({
  type: z.literal('tool_result'),
  tool_use_id: z.string(),
  content: blocksOf(z.discriminatedUnion('type', [text, image])).optional(),
  is_error: z.boolean().optional(),
  toolset_name: z.null().optional(),
  cache_control: hint,
});
const thinkingBlock = z.strictObject({
  type: z.literal('thinking'),
  thinking: z.string(),
  signature: z.string().optional(),
});
const hiddenThinking = z.strictObject({ type: z.literal('redacted_thinking'), data: z.string() });
const toolUse = z.strictObject({
  type: z.literal('tool_use'),
  id: z.string(),
  name: z.string(),
  input: jsonObject,
  cache_control: hint,
  caller: z.strictObject({ type: z.literal('direct') }).optional(),
  toolset_name: z.null().optional(),
});
const message = z.discriminatedUnion('role', [
  z.strictObject({
    role: z.literal('user'),
    content: blocksOf(z.discriminatedUnion('type', [text, image, toolResult])),
  }),
  z.strictObject({
    role: z.literal('assistant'),
    content: blocksOf(z.discriminatedUnion('type', [text, thinkingBlock, hiddenThinking, toolUse])),
  }),
  z.strictObject({ role: z.literal('system'), content: blocksOf(text) }),
]);
const tool = z.strictObject({
  type: z.literal('custom').nullish(),
  name: z.string(),
  description: z.string().optional(),
  input_schema: jsonObject,
  strict: z.boolean().optional(),
  cache_control: hint,
  eager_input_streaming: hint,
  allowed_callers: z.array(z.literal('direct')).optional(),
  defer_loading: z.literal(false).optional(),
});
const isAlone = { disable_parallel_tool_use: z.boolean().optional() };
const toolChoice = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('auto'), ...isAlone }),
  z.strictObject({ type: z.literal('any'), ...isAlone }),
  z.strictObject({ type: z.literal('tool'), name: z.string(), ...isAlone }),
  z.strictObject({ type: z.literal('none') }),
]);
const display = z.literal('summarized').nullish();
const format = z.strictObject({ type: z.literal('json_schema'), schema: jsonObject });
const request = z.strictObject({
  model: z.string(),
  max_tokens: z.int().min(1),
  messages: z.array(message).min(1),
  system: blocksOf(text).optional(),
  stream: z.boolean().optional(),
  stop_sequences: z.array(z.string()).optional(),
  temperature: z.number().min(0).max(1).optional(),
  top_p: z.number().min(0).max(1).optional(),
  tools: z.array(tool).optional(),
  tool_choice: toolChoice.optional(),
  thinking: z
    .discriminatedUnion('type', [
      z.strictObject({ type: z.literal('enabled'), budget_tokens: z.int().min(1), display }),
      z.strictObject({ type: z.literal('adaptive'), display }),
      z.strictObject({ type: z.literal('disabled') }),
    ])
    .optional(),
  output_config: z
    .strictObject({
      effort: z.enum(['low', 'medium', 'high', 'xhigh', 'max']).nullish(),
      format: format.nullish(),
    })
    .optional(),
  output_format: format.optional(),
  // Keeping every thought is what happens anyway.
  context_management: z
    .strictObject({
      edits: z.array(z.strictObject({ type: z.literal('clear_thinking_20251015'), keep: z.literal('all') })),
    })
    .optional(),
  service_tier: z.enum(['auto', 'standard_only']).optional(),
  speed: z.literal('standard').nullish(),
  container: z.null().optional(),
  diagnostics: z.null().optional(),
  inference_geo: z.null().optional(),
  cache_control: hint,
  usage: hint,
  metadata: hint,
  user_profile_id: hint,
});

type Request = z.output<typeof request>;

/** A request of Messages in no protocol. @throws naming the field that no other protocol can say. */
export function conversationOfMessages(body: unknown): Conversation {
  const read = readStrictly(request, body);
  const last = read.messages.at(-1);
  if (last?.role === 'assistant')
    throw notConvertible(
      `messages[${read.messages.length - 1}].role`,
      'an answer that the client has begun is continued by no other protocol',
    );
  return {
    system: (read.system ?? []).map(({ text }) => text),
    turns: read.messages.map((one, index) => turnOf(one, `messages[${index}].content`)),
    tools: (read.tools ?? []).map(
      ({ name, description = null, input_schema: parameters, strict = null }) => ({
        name,
        description,
        parameters,
        isStrict: strict,
      }),
    ),
    toolChoice: choiceOf(read.tool_choice),
    isParallel: isParallel(read.tool_choice),
    maxOutputTokens: read.max_tokens,
    temperature: read.temperature ?? null,
    topP: read.top_p ?? null,
    stop: read.stop_sequences === undefined ? null : { at: 'stop_sequences', sequences: read.stop_sequences },
    thinking: thinkingOf(read),
    schema: schemaOf(read),
    isStreamed: read.stream === true,
  };
}

function turnOf(message: Request['messages'][number], at: string): Turn {
  const { role } = message;
  switch (role) {
    case 'system':
      return { role, parts: message.content.map(({ text }) => ({ kind: 'text', at, text })) };
    case 'user':
      return { role, parts: message.content.map((block, place) => userPart(block, `${at}[${place}]`)) };
    case 'assistant':
      return { role, parts: message.content.map((block, place) => assistantPart(block, `${at}[${place}]`)) };
  }
}

type BlockOf<Role extends 'user' | 'assistant'> = Extract<
  Request['messages'][number],
  { role: Role }
>['content'][number];

function userPart(block: BlockOf<'user'>, at: string): UserPart {
  if (block.type !== 'tool_result') return shownPart(block, at);
  return {
    kind: 'toolResult',
    at,
    callId: block.tool_use_id,
    parts: (block.content ?? []).map((inner, index) => shownPart(inner, `${at}.content[${index}]`)),
    isError: block.is_error === true,
  };
}

function shownPart(block: z.output<typeof text> | z.output<typeof image>, at: string): TextPart | ImagePart {
  if (block.type === 'text') return { kind: 'text', at, text: block.text };
  const { source } = block;
  return {
    kind: 'image',
    at,
    source:
      source.type === 'url' ? { url: source.url } : { mediaType: source.media_type, base64: source.data },
  };
}

function assistantPart(block: BlockOf<'assistant'>, at: string): AssistantPart {
  switch (block.type) {
    case 'text':
      return { kind: 'text', at, text: block.text };
    case 'thinking':
      return { kind: 'reasoning', at, text: block.thinking, signature: block.signature ?? null };
    case 'redacted_thinking':
      return { kind: 'hiddenReasoning', at, data: block.data };
    case 'tool_use':
      return { kind: 'toolCall', at, id: block.id, name: block.name, input: block.input };
  }
}

function choiceOf(choice: Request['tool_choice']): ToolChoice | null {
  if (choice === undefined) return null;
  return choice.type === 'tool' ? { kind: 'tool', name: choice.name } : { kind: choice.type };
}

function isParallel(choice: Request['tool_choice']): boolean | null {
  return choice !== undefined && 'disable_parallel_tool_use' in choice
    ? choice.disable_parallel_tool_use !== true
    : null;
}

function thinkingOf({ thinking, output_config: config }: Request): Thinking | null {
  if (config?.effort !== undefined && config.effort !== null) return { effort: effortOf(config.effort) };
  // `adaptive` leaves it to the model, as saying nothing does elsewhere.
  return thinking?.type === 'enabled' ? { budgetTokens: thinking.budget_tokens } : null;
}

function effortOf(effort: string): Effort {
  return effort === 'low' || effort === 'medium' ? effort : 'high';
}

function schemaOf({ output_config: config, output_format: format }: Request) {
  const schema = (config?.format ?? format)?.schema;
  return schema === undefined ? null : { name: 'answer', schema };
}
