import type { IncomingHttpHeaders } from 'node:http';
import type { Reason } from './context.ts';

/** Where a request says why staff looks at data of persons. Percent-encoded, because headers carry no Chinese. */
export const reasonHeader = 'x-candor-reason';
export const caseHeader = 'x-candor-case';
export const reasonLength = { min: 10, max: 200 } as const;

/** What the request says, null where it says nothing that counts as a reason. */
export function readReason(headers: IncomingHttpHeaders): Reason | null {
  const text = decode(headers[reasonHeader])?.trim().replaceAll(/\s+/g, ' ') ?? '';
  const length = [...text].length;
  if (length < reasonLength.min || length > reasonLength.max || text.includes('\u0000')) return null;
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
