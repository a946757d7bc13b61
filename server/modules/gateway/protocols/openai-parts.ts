import { z } from 'zod';
import { malformedRequest } from '../problems.ts';
import type { ImagePart, Thinking, ToolChoice } from './conversation.ts';
import { parseInput } from './exact-json.ts';
import { jsonObject, notConvertible } from './strict-read.ts';

// What both protocols of OpenAI write in the same way.

export const effort = z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh']).nullish();

export function thinkingOf(asked: z.output<typeof effort>): Thinking | null {
  return asked === undefined || asked === null ? null : { effort: asked };
}

/** Clients write the default of a field as `null` too, also of those that no other protocol knows. */
export function withoutNulls(body: unknown): unknown {
  if (typeof body !== 'object' || body === null) return body;
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
}

const mediumBudgetTokens = 4096;
const highBudgetTokens = 16_384;

export function effortOf(thinking: Thinking): string {
  if ('effort' in thinking) return thinking.effort;
  const { budgetTokens } = thinking;
  if (budgetTokens < mediumBudgetTokens) return 'low';
  return budgetTokens < highBudgetTokens ? 'medium' : 'high';
}

/** @param place of the address, @throws naming it when it is neither of the two kinds that can be passed on. */
export function imageOf(url: string, at: string, place: string): ImagePart {
  const [, mediaType, base64] = /^data:([\w/+.-]+);base64,(.*)$/s.exec(url) ?? [];
  if (mediaType !== undefined && base64 !== undefined)
    return { kind: 'image', at, source: { mediaType, base64 } };
  if (!/^https?:\/\//i.test(url)) throw notConvertible(place, 'it must be an http address or base64');
  return { kind: 'image', at, source: { url } };
}

export function urlOf({ source }: ImagePart): string {
  return 'url' in source ? source.url : `data:${source.mediaType};base64,${source.base64}`;
}

/** What a call gives its tool. @throws `gateway.malformed_request` when it is no object. */
export function toolInputOf(json: string, at: string): Readonly<Record<string, unknown>> {
  const invalid = () =>
    malformedRequest({ detail: `Invalid value for '${at}': it must be a JSON object.`, param: at });
  if (json.trim() === '') return {};
  let value: unknown;
  try {
    value = parseInput(json);
  } catch {
    throw invalid();
  }
  const read = jsonObject.safeParse(value);
  if (!read.success) throw invalid();
  return read.data;
}

/** The word for a choice of tools; null for one tool by its name, which each protocol writes in its own way. */
export function choiceWord(choice: ToolChoice): string | null {
  if (choice.kind === 'tool') return null;
  return choice.kind === 'any' ? 'required' : choice.kind;
}
