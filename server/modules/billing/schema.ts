import { sql } from 'drizzle-orm';
import { bigint, boolean, check, index, integer, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core';
import { personal, plain, privacyTable } from '../../declare/policy.ts';
import { billingSchema } from './billing-schema.ts';
import { filledByTrigger, formerNumbersCheck, formerUsageColumns } from './former-columns.ts';
import { countedFact, usageFact, threeYears } from './usage-fact.ts';
import { outcomeWords } from './words.ts';

export { billingSchema };
export { billedTenants, billRows } from './bill-tables.ts';
export { formerUsageHours, formerStatistics } from './former-tables.ts';
export { statisticsMonths, usageStatistics } from './statistics-tables.ts';
export { usageSums } from './usage-sums-table.ts';

const micros = () => bigint({ mode: 'bigint' });
const instant = () => timestamp({ withTimezone: true });

/**
 * One row per occurrence that is charged for, such as a served request: what was used of which meters, at which price.
 * The lists have one length: `quantities[n]` units of `meters[n]` came to `chargesMicros[n]`. Lists and not a table of
 * lines, because a row is written for every request: one statement, one row, one place in each index.
 */
export const usageEvents = privacyTable(
  billingSchema,
  'usage_events',
  {
    id: plain(text().primaryKey(), 'random identifier'),
    requestId: plain(text().notNull(), 'random identifier'),
    tenantId: plain(text().notNull(), 'random identifier'),
    userId: plain(text().notNull(), 'random identifier of the person'),
    apiKeyId: plain(text().notNull(), 'random identifier'),
    sku: personal(text().notNull().default(filledByTrigger), {
      clear: 'the public name of what is sold',
      ...countedFact,
      title: { zh: '使用的商品', en: 'What was used' },
    }),
    priceVersionId: plain(text().notNull(), 'random identifier of a public price'),
    meters: personal(text().array().notNull().default([]), {
      clear: 'names of meters',
      wordList: 'meters',
      ...countedFact,
      title: { zh: '计量项', en: 'Meters' },
    }),
    quantities: personal(bigint({ mode: 'bigint' }).array().notNull().default([]), {
      clear: 'numbers',
      ...countedFact,
      title: { zh: '各计量项用量', en: 'Quantity of each meter' },
    }),
    chargesMicros: personal(micros().array().notNull().default([]), {
      clear: 'amounts',
      ...usageFact,
      category: 'transaction',
      title: { zh: '各计量项金额', en: 'Charge of each meter' },
    }),
    chargeMicros: personal(micros().notNull(), {
      ...usageFact,
      category: 'transaction',
      title: { zh: '消费金额', en: 'Charge' },
    }),
    isEstimated: personal(boolean().notNull(), {
      ...usageFact,
      title: { zh: '用量是否为估算', en: 'Whether the usage was estimated' },
    }),
    isStreamed: personal(boolean().notNull(), {
      ...usageFact,
      title: { zh: '是否流式输出', en: 'Whether the answer was streamed' },
    }),
    outcome: personal(text().$type<UsageOutcome>().notNull(), {
      words: outcomeWords,
      clear: 'completed, client_gone, upstream_failed, stopped or balance_exhausted',
      ...usageFact,
      title: { zh: '调用结果', en: 'How the call ended' },
    }),
    startedAt: personal(instant().notNull(), {
      ...countedFact,
      title: { zh: '调用时间', en: 'Time of the call' },
    }),
    durationMs: personal(integer().notNull(), {
      ...usageFact,
      title: { zh: '调用耗时（毫秒）', en: 'Duration of the call (milliseconds)' },
    }),
    /** Null: recorded by the release before, or not known. */
    endpoint: personal(text(), {
      clear: 'an endpoint of ours, out of a short list',
      wordList: 'endpoints',
      ...usageFact,
      title: { zh: '调用的接口', en: 'Endpoint that was called' },
    }),
    /** From the start of the call until the first piece of a streamed answer went out; null where there was none. */
    firstByteMs: personal(integer(), {
      ...usageFact,
      title: { zh: '首字耗时（毫秒）', en: 'Time to the first piece of the answer (milliseconds)' },
    }),
    /** When the call ended and its usage was known: usage belongs to the hour of this instant. */
    finishedAt: personal(instant().notNull(), {
      ...usageFact,
      title: { zh: '调用结束时间', en: 'End of the call' },
    }),
    /** Instant it is billed at: its own, or the start of the open period when its own is settled already. */
    billableAt: personal(instant().notNull(), {
      ...countedFact,
      title: { zh: '计费时间', en: 'Time the call is billed at' },
    }),
    isLate: personal(boolean().notNull(), {
      ...usageFact,
      title: { zh: '是否补计', en: 'Whether the call is billed later' },
    }),
    createdAt: personal(instant().notNull(), {
      ...usageFact,
      title: { zh: '调用记录时间', en: 'Time the call was recorded' },
    }),
    ...formerUsageColumns,
  },
  {
    tenant: 'tenantId',
    subject: 'userId',
    title: { zh: '模型调用', en: 'Model calls' },
    rows: { keepUntil: threeYears },
    // Append-only by grant: no purpose may change or delete a row; only retention will.
    access: {
      settlement: ['select', 'insert'],
      billing: ['select'],
      improvement: ['select'],
      rights: ['select'],
    },
    afterErasure: {
      settlement: {
        why: 'usage that is on no bill yet is billed, as sums that name nobody',
        rowsWhere: `usage_events.billable_at >= coalesce((select p.settled_until from billing.progress p where p.id = 1), '-infinity')`,
      },
    },
    // The call, or the later hour it is billed in: never before the record is made, and already in an index.
    anchors: { 'row.createdAt': 'billableAt' },
  },
  (table) => [
    uniqueIndex('usage_events_request_id_key').on(table.requestId),
    // Read backwards: "newest first" of an ascending index is the order "desc" of a query, nulls included.
    index('usage_events_tenant_id_finished_at_idx').on(table.tenantId, table.finishedAt, table.id),
    index('usage_events_api_key_id_finished_at_idx').on(
      table.tenantId,
      table.apiKeyId,
      table.finishedAt,
      table.id,
    ),
    index('usage_events_sku_finished_at_idx').on(table.tenantId, table.sku, table.finishedAt, table.id),
    index('usage_events_api_key_id_sku_finished_at_idx').on(
      table.tenantId,
      table.apiKeyId,
      table.sku,
      table.finishedAt,
      table.id,
    ),
    // Most calls are completed, and are found in the order of the other indexes.
    index('usage_events_outcome_finished_at_idx')
      .on(table.tenantId, table.outcome, table.finishedAt, table.id)
      .where(sql`${table.outcome} <> 'completed'`),
    index('usage_events_billable_at_tenant_id_idx').on(table.billableAt, table.tenantId),
    index('usage_events_user_id_idx').on(table.userId, table.id),
    check('usage_events_numbers_check', formerNumbersCheck(table)),
    check('usage_events_first_byte_check', sql`${table.firstByteMs} >= 0`),
    check(
      'usage_events_lines_check',
      sql`cardinality(${table.meters}) > 0 and cardinality(${table.quantities}) = cardinality(${table.meters}) and cardinality(${table.chargesMicros}) = cardinality(${table.meters}) and 0 <= all(${table.quantities}) and 0 <= all(${table.chargesMicros})`,
    ),
    check(
      'usage_events_outcome_check',
      sql`${table.outcome} in ('completed', 'client_gone', 'upstream_failed', 'stopped', 'balance_exhausted')`,
    ),
  ],
);

export const usageOutcomes = [
  'completed',
  'client_gone',
  'upstream_failed',
  'stopped',
  'balance_exhausted',
] as const;
export type UsageOutcome = (typeof usageOutcomes)[number];

/** How far billing has come. One row: usage before `closedUntil` can no longer be added, before `settledUntil` is billed. */
export const progress = privacyTable(
  billingSchema,
  'progress',
  {
    id: plain(integer().primaryKey()),
    closedUntil: plain(instant().notNull()),
    settledUntil: plain(instant().notNull()),
  },
  {
    tenant: { none: 'one row for all' },
    rows: { notPersonal: 'two instants' },
    access: { settlement: ['select', 'insert', 'update'] },
  },
  (table) => [
    check('progress_single_row_check', sql`${table.id} = 1`),
    check('progress_order_check', sql`${table.settledUntil} <= ${table.closedUntil}`),
  ],
);
