import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { personal, plain, privacyTable } from '../../declare/policy.ts';
import { billingSchema } from './billing-schema.ts';
import { outcomeWords } from './words.ts';

export { billingSchema };
export { billedTenants, billRows } from './bill-tables.ts';
export { modelStatistics, statisticsMonths } from './statistics-tables.ts';

const micros = () => bigint({ mode: 'bigint' });
const instant = () => timestamp({ withTimezone: true });

/** E-Commerce Law 31: records of transactions are kept at least three years. */
const threeYears = { duration: 'P3Y', law: 'E-Commerce Law 31' } as const;

const usageFact = {
  subject: 'userId',
  category: 'usage',
  source: 'auto',
  collectedFor: ['usage'],
  purposes: ['settlement', 'billing', 'rights'],
  keep: { max: 'P3Y', from: 'row.createdAt', min: threeYears },
  keyClass: 'billing',
  onErase: { retain: threeYears },
  export: 'yes',
  edit: { no: { zh: '由系统计量', en: 'measured by the system' } },
  log: 'never',
} as const;

/** What statistics may count, of those who agreed: never what was paid, nor by which key. */
const countedFact = { ...usageFact, purposes: [...usageFact.purposes, 'improvement'] } as const;

/** One row per served request: what was used, at which price. Never a word of what was said. */
export const usageEvents = privacyTable(
  billingSchema,
  'usage_events',
  {
    id: plain(text().primaryKey(), 'random identifier'),
    requestId: plain(text().notNull(), 'random identifier'),
    tenantId: plain(text().notNull(), 'random identifier'),
    userId: plain(text().notNull(), 'random identifier of the person'),
    apiKeyId: plain(text().notNull(), 'random identifier'),
    modelId: personal(text().notNull(), {
      clear: 'the public name of a model',
      ...countedFact,
      title: { zh: '调用的模型', en: 'Model called' },
    }),
    priceVersionId: plain(text().notNull(), 'random identifier of a public price'),
    inputTokens: personal(bigint({ mode: 'number' }).notNull(), {
      ...countedFact,
      title: { zh: '输入 Token 数', en: 'Input tokens' },
    }),
    outputTokens: personal(bigint({ mode: 'number' }).notNull(), {
      ...countedFact,
      title: { zh: '输出 Token 数', en: 'Output tokens' },
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
    index('usage_events_model_id_finished_at_idx').on(
      table.tenantId,
      table.modelId,
      table.finishedAt,
      table.id,
    ),
    index('usage_events_api_key_id_model_id_finished_at_idx').on(
      table.tenantId,
      table.apiKeyId,
      table.modelId,
      table.finishedAt,
      table.id,
    ),
    index('usage_events_billable_at_tenant_id_idx').on(table.billableAt, table.tenantId),
    index('usage_events_user_id_idx').on(table.userId, table.id),
    check(
      'usage_events_numbers_check',
      sql`${table.inputTokens} >= 0 and ${table.outputTokens} >= 0 and ${table.chargeMicros} >= 0 and ${table.durationMs} >= 0`,
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

/** What an account used in an hour: of a person's own account it tells when they worked and with what. */
const hourFact = { ...usageFact, subject: 'tenantId' } as const;

/** Sums per hour, key and model, kept in the transaction that adds the events, so that queries need not read those. */
export const usageHours = privacyTable(
  billingSchema,
  'usage_hours',
  {
    /** In the order in which hours were first written. */
    seq: plain(micros().generatedAlwaysAsIdentity(), 'running number over all rows'),
    tenantId: plain(text().notNull(), 'random identifier'),
    hour: personal(instant().notNull(), {
      ...hourFact,
      title: { zh: '用量所属小时', en: 'Hour of the usage' },
    }),
    apiKeyId: plain(text().notNull(), 'random identifier'),
    modelId: personal(text().notNull(), {
      clear: 'the public name of a model',
      ...hourFact,
      title: { zh: '每小时调用的模型', en: 'Model called in an hour' },
    }),
    requests: personal(bigint({ mode: 'number' }).notNull(), {
      ...hourFact,
      title: { zh: '每小时调用次数', en: 'Calls in an hour' },
    }),
    estimatedRequests: personal(bigint({ mode: 'number' }).notNull(), {
      ...hourFact,
      title: { zh: '每小时估算用量的调用次数', en: 'Calls in an hour whose usage was estimated' },
    }),
    inputTokens: personal(bigint({ mode: 'number' }).notNull(), {
      ...hourFact,
      title: { zh: '每小时输入 Token 数', en: 'Input tokens in an hour' },
    }),
    outputTokens: personal(bigint({ mode: 'number' }).notNull(), {
      ...hourFact,
      title: { zh: '每小时输出 Token 数', en: 'Output tokens in an hour' },
    }),
    chargeMicros: personal(micros().notNull(), {
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
      name: 'usage_hours_pkey',
      columns: [table.tenantId, table.hour, table.apiKeyId, table.modelId],
    }),
    index('usage_hours_tenant_id_seq_idx').on(table.tenantId, table.seq),
    index('usage_hours_hour_idx').on(table.hour),
  ],
);

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
