import { z } from 'zod';
import type { ChatMessage } from './chat-prompt.ts';
import { invalidRequest, unsupportedParameter } from './openai-errors.ts';
import { spelledCall, toolCall, toolFields } from './tool-calls.ts';

const textPart = z.object({ type: z.literal('text', 'this model reads text only'), text: z.string() });
const textParts = z
  .array(textPart)
  .max(256, 'must have at most 256 parts')
  .transform((parts) => parts.map((part) => part.text).join(''));
/** A text, or its parts. Not a union, whose issues name neither the part nor its fault. */
const content = z
  .union([z.string(), z.array(z.unknown())], 'must be a text or a list of parts')
  .transform((given, context) => {
    if (typeof given === 'string') return given;
    const read = textParts.safeParse(given);
    if (read.success) return read.data;
    for (const { path, message } of read.error.issues) context.addIssue({ code: 'custom', path, message });
    return z.NEVER;
  });

const message = z.discriminatedUnion('role', [
  z.object({ role: z.literal('system'), content }),
  z.object({ role: z.literal('developer'), content }),
  z.object({ role: z.literal('user'), content }),
  z.object({
    role: z.literal('assistant'),
    content: content.nullish(),
    tool_calls: z.array(toolCall).max(64).nullish(),
  }),
  z.object({ role: z.literal('tool'), content, tool_call_id: z.string().min(1).max(200) }),
]);

const stops = z
  .union([z.string().min(1).max(1000), z.array(z.string().min(1).max(1000)).max(4)])
  .nullish()
  .transform((stop) => (typeof stop === 'string' ? [stop] : (stop ?? [])));

const responseFormat = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text') }),
  z.object({ type: z.literal('json_object') }),
  z.object({ type: z.literal('json_schema'), json_schema: z.object({ schema: z.unknown() }) }),
]);

const tokenIds = z.array(z.int().min(0)).min(1);
const modelId = z.string().min(1).max(200);
const answerTokens = z.int().min(1).nullish();
/** They are written one after the other. */
const maxChoices = 8;
const mostLikely = 20;

const generation = {
  model: modelId,
  stream: z.boolean().nullish(),
  stream_options: z
    .object({ include_usage: z.boolean().nullish(), continuous_usage_stats: z.boolean().nullish() })
    .nullish(),
  n: z.int().min(1).max(maxChoices).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  frequency_penalty: z.number().min(-2).max(2).nullish(),
  presence_penalty: z.number().min(-2).max(2).nullish(),
  seed: z.int().nullish(),
  stop: stops,
  response_format: responseFormat.nullish(),
  max_tokens: answerTokens,
};

export const chatRequest = z.object({
  ...generation,
  messages: z
    .array(message)
    .min(1, 'must have at least one message')
    .max(1024, 'must have at most 1024 messages'),
  max_completion_tokens: answerTokens,
  ...toolFields,
  logprobs: z.boolean().nullish(),
  top_logprobs: z.int().min(0).max(mostLikely).nullish(),
});

export const completionRequest = z.object({
  ...generation,
  best_of: z.int().min(1).max(maxChoices).nullish(),
  logprobs: z.int().min(0).max(mostLikely).nullish(),
  prompt: z.union([
    z.string(),
    z.array(z.string()).min(1).max(32),
    tokenIds,
    z.array(tokenIds).min(1).max(32),
  ]),
});

export const embeddingRequest = z.object({
  model: modelId,
  input: z.union([
    z.string(),
    z.array(z.string()).min(1).max(2048),
    tokenIds,
    z.array(tokenIds).min(1).max(2048),
  ]),
  encoding_format: z.enum(['float', 'base64']).nullish(),
  dimensions: z.int().min(1).nullish(),
});

export type ChatRequest = z.infer<typeof chatRequest>;
export type CompletionRequest = z.infer<typeof completionRequest>;
export type EmbeddingRequest = z.infer<typeof embeddingRequest>;
export type GenerationRequest = Omit<
  ChatRequest,
  'messages' | 'max_completion_tokens' | 'logprobs' | 'top_logprobs' | 'tools' | 'tool_choice'
>;

/** Fields that change nothing in an answer, whatever they say. */
const harmless: ReadonlySet<string> = new Set([
  'user',
  'metadata',
  'safety_identifier',
  'prompt_cache_key',
  // One call at most is made, and none without tools.
  'parallel_tool_calls',
]);
/** Of these an answer could depend; they come back to us in the messages of clients that send on what they got. */
const messageFields: ReadonlySet<string> = new Set([
  'role',
  'content',
  'annotations',
  'tool_calls',
  'tool_call_id',
]);
const streamFields: ReadonlySet<string> = new Set(['include_usage', 'continuous_usage_stats']);

/** Reads a request body; what is wrong with it is named in OpenAI's words. */
export function parseRequest<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  body: unknown,
): z.output<z.ZodObject<Shape>> {
  const fields = z.record(z.string(), z.unknown()).safeParse(body);
  if (!fields.success) throw invalidRequest('The request body must be a JSON object.');
  refuseIgnored(fields.data, new Set([...Object.keys(schema.shape), ...harmless]), '');

  const parsed = schema.safeParse(body);
  if (parsed.success) {
    refuseIgnoredInside(fields.data);
    return parsed.data;
  }
  const issue = parsed.error.issues[0];
  const param = issue?.path.map(String).join('.') || undefined;
  const isMissing = param !== undefined && issue?.path.length === 1 && fields.data[param] === undefined;
  throw invalidRequest(
    isMissing
      ? `Missing required parameter: '${param}'.`
      : `Invalid value for '${param}': ${issue?.message}.`,
    param,
    isMissing ? 'missing_required_parameter' : 'invalid_value',
  );
}

// Silence would be a promise: what could change the answer and is not done here is refused, unless it asks for nothing.
function refuseIgnored(fields: object, known: ReadonlySet<string>, path: string): void {
  for (const [name, value] of Object.entries(fields))
    if (!known.has(name) && asksForSomething(value)) throw unsupportedParameter(path + name);
}

function refuseIgnoredInside({ messages, stream_options: streamOptions }: Record<string, unknown>): void {
  if (typeof streamOptions === 'object' && streamOptions !== null)
    refuseIgnored(streamOptions, streamFields, 'stream_options.');
  if (!Array.isArray(messages)) return;
  for (const [index, message] of messages.entries())
    refuseIgnored(Object(message) as object, messageFields, `messages.${index}.`);
}

function asksForSomething(value: unknown): boolean {
  if (value === undefined || value === null || value === false) return false;
  if (value === 'none' || value === 'auto' || value === 'default' || value === '') return false;
  return typeof value !== 'object' || Object.keys(value).length > 0;
}

/** The conversation in the three roles that templates know: results of calls come from the user. */
export function messagesOf(request: ChatRequest): ChatMessage[] {
  const nameById = new Map<string, string>();
  const messages: ChatMessage[] = [];
  for (const [index, item] of request.messages.entries()) {
    if (item.role === 'tool') {
      const name = nameById.get(item.tool_call_id);
      if (name === undefined)
        throw invalidRequest(
          "Invalid value for 'tool_call_id': no message before has this call.",
          `messages.${index}.tool_call_id`,
        );
      const result = `Result of ${name}: ${item.content}`;
      const last = messages.at(-1);
      if (last !== undefined && request.messages[index - 1]?.role === 'tool') last.content += `\n${result}`;
      else messages.push({ role: 'user', content: result });
    } else if (item.role === 'assistant') {
      const calls = item.tool_calls ?? [];
      for (const { id, function: called } of calls) nameById.set(id, called.name);
      const spelled = calls.map(({ function: called }) => spelledCall(called.name, called.arguments));
      messages.push({
        role: 'assistant',
        content: [item.content ?? '', ...spelled].filter(Boolean).join('\n'),
      });
    } else {
      messages.push({ role: item.role === 'developer' ? 'system' : item.role, content: item.content });
    }
  }
  return messages;
}

/** @throws where more answers are to be written than are given. */
export function choicesOf({ n, best_of: bestOf }: { n?: number | null; best_of?: number | null }): number {
  const choices = n ?? 1;
  if ((bestOf ?? choices) !== choices)
    throw invalidRequest("Invalid value for 'best_of': it must be that of 'n'.", 'best_of', 'invalid_value');
  return choices;
}

/** One or several texts or token lists, always as a list. */
export function inputsOf(input: string | string[] | number[] | number[][]): (string | number[])[] {
  if (typeof input === 'string') return [input];
  return isTokenIds(input) ? [input] : input;
}

function isTokenIds(input: string[] | number[] | number[][]): input is number[] {
  return typeof input[0] === 'number';
}
