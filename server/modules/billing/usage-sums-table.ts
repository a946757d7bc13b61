import { bigint, check, index, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';
import { sql } from 'drizzle-orm';
import { personal, plain, privacyTable } from '../../declare/policy.ts';
import { billingSchema } from './billing-schema.ts';
import { hourFact, threeYears } from './usage-fact.ts';

/** Sums per hour, key, SKU and meter, kept in the transaction that adds the events, so that queries need not read those. */
export const usageSums = privacyTable(
  billingSchema,
  'usage_sums',
  {
    /** In the order in which sums were first written. */
    seq: plain(bigint({ mode: 'bigint' }).generatedAlwaysAsIdentity(), 'running number over all rows'),
    tenantId: plain(text().notNull(), 'random identifier'),
    hour: personal(timestamp({ withTimezone: true }).notNull(), {
      ...hourFact,
      title: { zh: '用量所属小时', en: 'Hour of the usage' },
    }),
    apiKeyId: plain(text().notNull(), 'random identifier'),
    sku: personal(text().notNull(), {
      clear: 'the public name of what is sold',
      ...hourFact,
      title: { zh: '每小时使用的商品', en: 'What was used in an hour' },
    }),
    meter: personal(text().notNull(), {
      clear: 'the name of a meter',
      wordList: 'meters',
      ...hourFact,
      title: { zh: '每小时计量项', en: 'Meter of an hour' },
    }),
    quantity: personal(bigint({ mode: 'number' }).notNull(), {
      ...hourFact,
      title: { zh: '每小时用量', en: 'Quantity of an hour' },
    }),
    estimatedQuantity: personal(bigint({ mode: 'number' }).notNull(), {
      ...hourFact,
      title: { zh: '每小时估算的用量', en: 'Part of the quantity of an hour that was estimated' },
    }),
    chargeMicros: personal(bigint({ mode: 'bigint' }).notNull(), {
      ...hourFact,
      title: { zh: '每小时消费金额', en: 'Charge of an hour' },
    }),
  },
  {
    tenant: 'tenantId',
    subject: 'tenantId',
    subjectIs: 'account',
    key: 'seq',
    title: { zh: '账户每小时用量', en: 'Hourly usage of your account' },
    rows: { keepUntil: threeYears },
    anchors: { 'row.createdAt': 'hour' },
    access: { settlement: ['select', 'insert', 'update'], billing: ['select'], rights: ['select'] },
  },
  (table) => [
    primaryKey({
      name: 'usage_sums_pkey',
      columns: [table.tenantId, table.hour, table.apiKeyId, table.sku, table.meter],
    }),
    index('usage_sums_tenant_id_seq_idx').on(table.tenantId, table.seq),
    index('usage_sums_hour_idx').on(table.hour),
    check(
      'usage_sums_numbers_check',
      sql`${table.quantity} >= 0 and ${table.estimatedQuantity} between 0 and ${table.quantity} and ${table.chargeMicros} >= 0`,
    ),
  ],
);
