import { sql } from 'drizzle-orm';
import { bigint, text } from 'drizzle-orm/pg-core';
import { plain } from '../../declare/policy.ts';

/**
 * Columns that only the release before meters reads and writes. A trigger keeps them and the new ones in step while
 * both releases may run (docs/decisions/0016-meters.md); the release after this one drops them and the trigger.
 */
export const formerPriceColumns = {
  modelId: plain(text().notNull().default(''), 'public name of a model'),
  inputMicros: plain(
    bigint({ mode: 'bigint' })
      .notNull()
      .default(sql`0`),
  ),
  inputPerTokens: plain(
    bigint({ mode: 'bigint' })
      .notNull()
      .default(sql`1`),
  ),
  outputMicros: plain(
    bigint({ mode: 'bigint' })
      .notNull()
      .default(sql`0`),
  ),
  outputPerTokens: plain(
    bigint({ mode: 'bigint' })
      .notNull()
      .default(sql`1`),
  ),
};

/** Stands in a row of the former release until the trigger has put the value there. */
export const filledByTrigger = '';
