import { sql } from 'drizzle-orm';
import { bigint, check, index, integer, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';
import { personal, plain, privacyTable } from '../../declare/policy.ts';
import { billingSchema } from './billing-schema.ts';
import { fewestPersons } from './fewest-persons.ts';
import { saidElsewhere } from './former-columns.ts';
import { statisticsMonths } from './statistics-tables.ts';
import { hourFact, threeYears } from './usage-fact.ts';

// Tables that only the release before meters reads and writes; see former-columns.ts. What it writes reaches the new
// ones by triggers.

/** Sums per hour, key and model. */
export const formerUsageHours = privacyTable(
  billingSchema,
  'usage_hours',
  {
    /** In the order in which hours were first written. */
    seq: plain(bigint({ mode: 'bigint' }).generatedAlwaysAsIdentity(), 'running number over all rows'),
    tenantId: plain(text().notNull(), 'random identifier'),
    hour: personal(timestamp({ withTimezone: true }).notNull(), {
      ...hourFact,
      export: saidElsewhere,
      title: { zh: '用量所属小时', en: 'Hour of the usage' },
    }),
    apiKeyId: plain(text().notNull(), 'random identifier'),
    modelId: personal(text().notNull(), {
      clear: 'the public name of a model',
      ...hourFact,
      export: saidElsewhere,
      title: { zh: '每小时调用的模型', en: 'Model called in an hour' },
    }),
    requests: personal(bigint({ mode: 'number' }).notNull(), {
      ...hourFact,
      export: saidElsewhere,
      title: { zh: '每小时调用次数', en: 'Calls in an hour' },
    }),
    estimatedRequests: personal(bigint({ mode: 'number' }).notNull(), {
      ...hourFact,
      export: saidElsewhere,
      title: { zh: '每小时估算用量的调用次数', en: 'Calls in an hour whose usage was estimated' },
    }),
    inputTokens: personal(bigint({ mode: 'number' }).notNull(), {
      ...hourFact,
      export: saidElsewhere,
      title: { zh: '每小时输入 Token 数', en: 'Input tokens in an hour' },
    }),
    outputTokens: personal(bigint({ mode: 'number' }).notNull(), {
      ...hourFact,
      export: saidElsewhere,
      title: { zh: '每小时输出 Token 数', en: 'Output tokens in an hour' },
    }),
    chargeMicros: personal(bigint({ mode: 'bigint' }).notNull(), {
      ...hourFact,
      export: saidElsewhere,
      title: { zh: '每小时消费金额', en: 'Charge of an hour' },
    }),
  },
  {
    tenant: 'tenantId',
    subject: 'tenantId',
    subjectIs: 'account',
    key: 'seq',
    title: { zh: '账户每小时用量（旧格式）', en: 'Hourly usage of your account (earlier form)' },
    rows: { keepUntil: threeYears },
    anchors: { 'row.createdAt': 'hour' },
    access: { settlement: ['select', 'insert', 'update'], billing: ['select'], rights: ['select'] },
  },
  (table) => [
    primaryKey({
      name: 'usage_hours_pkey',
      columns: [table.tenantId, table.hour, table.apiKeyId, table.modelId],
    }),
    index('usage_hours_tenant_id_seq_idx').on(table.tenantId, table.seq),
    index('usage_hours_hour_idx').on(table.hour),
  ],
);

/** Totals of one model over one closed month, as the release before meters counts them. */
export const formerStatistics = privacyTable(
  billingSchema,
  'model_statistics',
  {
    month: plain(
      text()
        .notNull()
        .references(() => statisticsMonths.month),
      'month in Asia/Shanghai',
    ),
    modelId: plain(text().notNull(), 'public name of a model'),
    persons: plain(integer().notNull()),
    requests: plain(bigint({ mode: 'number' }).notNull()),
    tokens: plain(bigint({ mode: 'number' }).notNull()),
  },
  {
    tenant: { none: 'totals over many persons' },
    rows: { notPersonal: 'rounded totals of five persons or more' },
    immutable: true,
    access: { operations: ['select', 'insert'] },
  },
  (table) => [
    primaryKey({ name: 'model_statistics_pkey', columns: [table.month, table.modelId] }),
    check('model_statistics_persons_check', sql`${table.persons} >= ${sql.raw(String(fewestPersons))}`),
  ],
);
