// What the tests of lists share: rows made inside PostgreSQL, numbered by `n`.
import type { Ctx } from '../kernel/context.ts';

export interface Page {
  readonly limit: number;
  readonly cursor?: string;
}

/** A list as the test of its plans needs it. */
export interface ListUnderTest {
  /** The large table behind it and what its rows hold, see `fillTable`. */
  readonly table: string;
  readonly rows: Readonly<Record<string, string>>;
  /** No cell of them is sealed, and the list shows nothing of a person whose keys are gone. */
  readonly areRowsPlain?: boolean;
  /** The same list under every filter it offers, those that match few rows included. */
  readonly queries: Readonly<Record<string, (ctx: Ctx, page: Page) => Promise<{ items: readonly object[] }>>>;
  /** Id of row `n`, by which a page begins in the middle. */
  readonly idOf: (n: number) => string;
}

/** The oldest rows belong to others, or have the rare value of a filter. */
export const fewRows = 30;
export const manyRows = 100_000;

export const id = `'row_' || lpad(n::text, 8, '0')`;
export const idOf = (n: number) => `row_${String(n).padStart(8, '0')}`;
export const tenant = `case when n <= ${fewRows} then 'tnt_few' else 'tnt_many' end`;
export const user = `case when n <= ${fewRows} then 'user_few' else 'user_many' end`;
/** The rare value in the oldest rows of the large account, which a walk from the newest would meet last. */
export const rarely = (rare: string, often: string) =>
  `case when n between ${fewRows + 1} and ${2 * fewRows} then '${rare}' else '${often}' end`;
/** An envelope of the first key of a person who has none, which opens as erased. */
export const sealed = `'s1.AQAAAAE' || repeat('A', 61)`;
export const longAgo = { from: new Date('2026-01-01T00:00:00Z'), to: new Date('2026-01-01T00:02:00Z') };

/** Rows of the wallet, which an account reads as a list and a person as their data. */
export function topUps() {
  return {
    id,
    tenant_id: tenant,
    user_id: user,
    amount_micros: '1000000',
    status: rarely('pending', 'failed'),
    idempotency_hash: id,
  };
}
