import type { Limit } from '../../identity/index.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** What a stranger may try, and how often; the same whether or not the account is known. */
export const caseLimits = {
  filingsFromAddress: { name: 'case-filings-from-address', max: 30, windowMs: hourMs },
  /** Requests that name one contact. Refuses nothing: when it is full, every address may still file its first one. */
  filingsForContact: { name: 'case-filings-for-contact', max: 5, windowMs: hourMs },
  filingsWhileFlooded: { name: 'case-filings-while-flooded', max: 1, windowMs: hourMs },
  filingsForContactPerDay: { name: 'case-filings-for-contact-per-day', max: 30, windowMs: dayMs },
  filingsOfPerson: { name: 'case-filings-of-person', max: 20, windowMs: hourMs },
  codesForCase: { name: 'case-codes', max: 5, windowMs: hourMs },
  /** Messages that strangers can cause: to a contact they name, and to the holder of an account they name. */
  codesToContact: { name: 'case-codes-to-contact', max: 60, windowMs: dayMs },
  codeSpacing: { name: 'case-code-spacing', max: 1, windowMs: minuteMs },
  codesToAccount: { name: 'case-codes-to-account', max: 5, windowMs: dayMs },
  /** Wrong codes for one case, over all codes sent for it. */
  triesForCase: { name: 'case-code-tries', max: 15, windowMs: hourMs },
  triesFromAddress: { name: 'case-code-tries-from-address', max: 60, windowMs: 15 * minuteMs },
} as const satisfies Record<string, Limit>;

export const maxTriesPerCode = 5;
export const codeLifetimeMs = 30 * minuteMs;
/** How long the secret link of an open request lasts; a code makes a new one. */
export const accessKeyLifetimeMs = 30 * dayMs;
