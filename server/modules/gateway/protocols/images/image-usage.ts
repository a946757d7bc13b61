import type { RequestFacts } from '../../read-request.ts';
import { mostRead } from '../../reasonable-usage.ts';
import { tokensOfText } from '../../token-statistics.ts';
import { countOf, fieldsOf, pieceUsage, type TokenUsage } from '../../usage.ts';
import type { ImageWishes } from '../../work.ts';
import type { Fields } from '../event-fields.ts';
import { classOf, type ImageLook } from './image-sizes.ts';

export interface Made {
  readonly facts: RequestFacts;
  readonly wishes: ImageWishes;
  /** Pictures that were delivered. */
  readonly count: number;
}

/** More than any picture has; above it a count is a mistake. */
const mostTokensPerImage = 20_000;

/** What was made, by the look that was asked for or that the answer tells, with the tokens that the server reports. */
export function imageUsageOf(fields: Fields, made: Made): { usage: TokenUsage; isReported: boolean } {
  const pieces = { [classOf(made.wishes, lookOf(fields))]: made.count };
  const reported = tokensOf(fieldsOf(fields['usage']), made);
  if (reported === null) return { usage: pieceUsage(pieces), isReported: false };
  return { usage: { ...pieceUsage(pieces), ...reported }, isReported: true };
}

/** OpenAI's count of the text that was read and the pictures that were written; null where there is none. */
function tokensOf(usage: Fields | null, { facts, count }: Made) {
  const read = countOf(usage?.['input_tokens']);
  const written = countOf(usage?.['output_tokens']);
  if (usage === null || read === null || written === null || read + written === 0) return null;
  const details = fieldsOf(usage['input_tokens_details']);
  const pictures = Math.min(countOf(details?.['image_tokens']) ?? 0, read);
  return {
    inputTokens: Math.min(read - pictures, mostRead(tokensOfText(facts.inputBytes))),
    outputTokens: Math.min(written, mostTokensPerImage * count),
  };
}

function lookOf(fields: Fields): ImageLook {
  const { size, quality } = fields;
  return {
    size: typeof size === 'string' ? size : null,
    quality: typeof quality === 'string' ? quality : null,
  };
}

/** What an answer says of its pictures beside them, each a word. */
export function shownFields(fields: Fields): Fields {
  const names = ['background', 'output_format', 'quality', 'size'];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = fields[name];
      return typeof value === 'string' && /^[\w-]{1,32}$/.test(value) ? [[name, value]] : [];
    }),
  );
}

/** The counts of a report, without what a server that sells adds, such as its own price; null where there is none. */
export function shownUsage(usage: unknown): Fields | null {
  const fields = fieldsOf(usage);
  if (fields === null) return null;
  const details = ['input_tokens_details', 'output_tokens_details'].flatMap((name) => {
    const counts = countsIn(fieldsOf(fields[name]), ['text_tokens', 'image_tokens']);
    return Object.keys(counts).length === 0 ? [] : [[name, counts] as const];
  });
  return {
    ...countsIn(fields, ['input_tokens', 'output_tokens', 'total_tokens']),
    ...Object.fromEntries<unknown>(details),
  };
}

function countsIn(fields: Fields | null, names: readonly string[]): Fields {
  return Object.fromEntries(
    names.flatMap((name) => {
      const count = countOf(fields?.[name]);
      return count === null ? [] : [[name, count]];
    }),
  );
}

/** A picture with its bytes, and the prompt as the model changed it; null without bytes. */
export function pictureOf(value: unknown): Fields | null {
  const fields = fieldsOf(value);
  if (!isBase64(value)) return null;
  const prompt = fields?.['revised_prompt'];
  return {
    b64_json: fields?.['b64_json'],
    ...(typeof prompt === 'string' ? { revised_prompt: prompt } : {}),
  };
}

/** Looks at the beginning: every byte would be looked at again where it is decoded. */
export function isBase64(value: unknown): boolean {
  const bytes = fieldsOf(value)?.['b64_json'];
  return typeof bytes === 'string' && /^[A-Za-z0-9+/]{4,64}/.test(bytes.slice(0, 64));
}
