import type { IncomingHttpHeaders } from 'node:http';
import type { Reason } from './context.ts';

/** Where a request says why staff looks at data of persons. Percent-encoded, because headers carry no Chinese. */
export const reasonHeader = 'x-candor-reason';
export const caseHeader = 'x-candor-case';
export const reasonLength = { min: 10, max: 200 } as const;
/** Letters and digits that differ. "aaaaaaaaaa" and "test test test" tell the person nothing. */
export const fewestDifferentLetters = 5;

/** Control characters, and those that turn the direction of text: what the person reads is what was written. */
const unreadable = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** What the request says, null where it says nothing that counts as a reason. */
export function readReason(headers: IncomingHttpHeaders): Reason | null {
  const text =
    decode(headers[reasonHeader])?.replaceAll(unreadable, ' ').replaceAll(/\s+/g, ' ').trim() ?? '';
  const length = [...text].length;
  if (length < reasonLength.min || length > reasonLength.max) return null;
  const letters = new Set(text.toLowerCase().match(/[\p{L}\p{N}]/gu));
  if (letters.size < fewestDifferentLetters) return null;
  const caseId = headers[caseHeader];
  return { text, caseId: typeof caseId === 'string' && /^[a-z]+_[0-9a-z]{26}$/.test(caseId) ? caseId : null };
}

function decode(header: string | string[] | undefined): string | null {
  if (typeof header !== 'string') return null;
  try {
    return decodeURIComponent(header);
  } catch {
    return null;
  }
}
