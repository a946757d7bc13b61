import { z } from 'zod';
import { fieldNotConvertible, malformedRequest } from '../problems.ts';
import { ExactNumber } from './exact-json.ts';

/** Fields of the protocols that only their own servers understand. Names that people invent are not repeated in errors. */
const namesOfFields: ReadonlySet<string> = new Set(
  `
    annotations description include max_tool_calls phase truncation text file_id status summary id
    audio cache_control caller citations container context context_management data defer_loading detail
    display effort file frequency_penalty function_call functions inference_geo input_examples logit_bias
    logprobs mcp_servers modalities n name parallel_tool_calls prediction presence_penalty reasoning_content
    refusal response_format seed service_tier source speed strict temperature title tool_choice tools top_k
    top_logprobs top_p type verbosity web_search_options chat_template_kwargs min_p repetition_penalty
    enable_thinking thinking_budget extra_body guided_json stop_token_ids
  `.match(/\w+/g),
);

/**
 * Reads a request, or a part of one, as the schema says. What the schema does not name cannot be converted.
 * @throws `gateway.field_not_convertible` and `gateway.malformed_request`, both naming the field.
 */
export function readStrictly<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  throw problemOf(read.error.issues[0]);
}

/** @throws never; gives the refusal of a field at its place in the client's request. */
export function notConvertible(
  place: string,
  why = 'it has no equivalent in the protocol of the model server',
) {
  return fieldNotConvertible({ detail: `'${place}' cannot be converted: ${why}.`, param: place });
}

function problemOf(issue: z.core.$ZodIssue | undefined) {
  if (issue === undefined) return malformedRequest();
  const place = placeOf(issue.path);
  if (issue.code === 'unrecognized_keys') {
    const known = issue.keys.find((key) => namesOfFields.has(key));
    if (known !== undefined) return notConvertible(place === '' ? known : `${place}.${known}`);
    return notConvertible(place === '' ? 'body' : place, 'it holds a field that is not known');
  }
  // A kind of part or tool, or a value of a field, that the other protocols do not have.
  if (issue.code === 'invalid_union' || issue.code === 'invalid_value') return notConvertible(place);
  return malformedRequest({ detail: `Invalid value for '${place}': ${issue.message}.`, param: place });
}

/** `messages[0].content[1].type`, as far as the names are those of a protocol. */
export function placeOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>((place, step) => {
    if (typeof step === 'number') return `${place}[${step}]`;
    return place === '' ? String(step) : `${place}.${String(step)}`;
  }, '');
}

/** A hint that changes no word of the answer. */
export const hint = z.unknown().optional();

/** An object that is passed on as it is, whatever its keys are called: a record of the library leaves `__proto__` out. */
export const jsonObject = z.custom<Record<string, unknown>>(
  (value) =>
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber),
  'expected an object',
);
