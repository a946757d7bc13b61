import { sql } from 'drizzle-orm';
import { bigint, check, integer, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';
import { plain, privacyTable } from '../../declare/policy.ts';
import { billingSchema } from './billing-schema.ts';
import { fewestPersons } from './fewest-persons.ts';

const tenant = { none: 'totals over many persons' } as const;
const access = { operations: ['select', 'insert'] } as const;

/** Months whose totals are written down, the empty ones included: a month is counted once. */
export const statisticsMonths = privacyTable(
  billingSchema,
  'statistics_months',
  {
    month: plain(text().primaryKey(), 'month in Asia/Shanghai'),
    frozenAt: plain(timestamp({ withTimezone: true }).notNull()),
  },
  { tenant, rows: { notPersonal: 'names of months' }, immutable: true, access },
);

/**
 * Totals of one SKU over one closed month, of the persons who agreed to be counted when the month was closed: how much
 * of each unit was used, over all meters of the unit.
 */
export const usageStatistics = privacyTable(
  billingSchema,
  'usage_statistics',
  {
    month: plain(
      text()
        .notNull()
        .references(() => statisticsMonths.month),
      'month in Asia/Shanghai',
    ),
    sku: plain(text().notNull(), 'public name of what is sold'),
    unit: plain(text().notNull(), 'name of a unit'),
    persons: plain(integer().notNull()),
    quantity: plain(bigint({ mode: 'number' }).notNull()),
  },
  {
    tenant,
    rows: { notPersonal: 'rounded totals of five persons or more' },
    immutable: true,
    access,
  },
  (table) => [
    primaryKey({ name: 'usage_statistics_pkey', columns: [table.month, table.sku, table.unit] }),
    // Also by hand in psql: a group small enough to identify a person is not stored.
    check('usage_statistics_persons_check', sql`${table.persons} >= ${sql.raw(String(fewestPersons))}`),
  ],
);
