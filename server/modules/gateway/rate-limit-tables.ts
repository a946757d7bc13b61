import { sql } from 'drizzle-orm';
import { check, index, integer, text, timestamp, unique } from 'drizzle-orm/pg-core';
import { personal, plain, privacyTable } from '../../declare/policy.ts';
import { gatewaySchema } from './gateway-schema.ts';

/** What every account may call of a model, all its keys together (D-KEY-3). Null: without a limit. */
export const modelRateLimits = privacyTable(
  gatewaySchema,
  'model_rate_limits',
  {
    id: plain(text().primaryKey(), 'random identifier'),
    modelId: plain(text().notNull(), 'public name of a model'),
    requestsPerMinute: plain(integer()),
    tokensPerMinute: plain(integer()),
    parallelRequests: plain(integer()),
    updatedAt: plain(timestamp({ withTimezone: true }).notNull()),
  },
  {
    tenant: { none: 'limits of the platform' },
    rows: { notPersonal: 'numbers about models' },
    access: { inference: ['select', 'insert', 'update', 'delete'], account: ['select'] },
  },
  (table) => [
    unique('model_rate_limits_model_id_key').on(table.modelId),
    check('model_rate_limits_requests_per_minute_check', sql`${table.requestsPerMinute} > 0`),
    check('model_rate_limits_tokens_per_minute_check', sql`${table.tokensPerMinute} > 0`),
    check('model_rate_limits_parallel_requests_check', sql`${table.parallelRequests} > 0`),
  ],
);

/** What an operator decides about an account. */
const accountFact = {
  subject: 'tenantId',
  category: 'preference',
  source: 'service',
  collectedFor: ['usage'],
  purposes: ['inference', 'account', 'rights'],
  keep: { max: 'P0D', from: 'account.closed' },
  keyClass: 'core',
  onErase: 'delete-row',
  export: 'yes',
  edit: { no: { zh: '由平台决定', en: 'decided by the platform' } },
  log: 'never',
} as const;

/** What one account may call instead of what the others may: of one model, or of each model that has no row of its own. */
export const accountRateLimits = privacyTable(
  gatewaySchema,
  'account_rate_limits',
  {
    id: plain(text().primaryKey(), 'random identifier'),
    tenantId: plain(text().notNull(), 'random identifier'),
    /** Null: each model. */
    modelId: personal(text(), {
      ...accountFact,
      clear: 'public name of a model',
      title: { zh: '账户限流的模型', en: 'Model that a limit of the account is for' },
    }),
    requestsPerMinute: personal(integer(), {
      ...accountFact,
      title: { zh: '账户每分钟请求数上限', en: 'Requests per minute of the account' },
    }),
    tokensPerMinute: personal(integer(), {
      ...accountFact,
      title: { zh: '账户每分钟 Token 数上限', en: 'Tokens per minute of the account' },
    }),
    parallelRequests: personal(integer(), {
      ...accountFact,
      title: { zh: '账户并发请求数上限', en: 'Parallel requests of the account' },
    }),
    updatedAt: personal(timestamp({ withTimezone: true }).notNull(), {
      ...accountFact,
      category: 'log',
      title: { zh: '账户限流的修改时间', en: 'Time a limit of the account was changed' },
    }),
  },
  {
    tenant: 'tenantId',
    subject: 'tenantId',
    subjectIs: 'account',
    title: { zh: '账户的调用限流', en: 'Rate limits of your account' },
    rows: 'delete',
    access: {
      inference: ['select', 'insert', 'update', 'delete'],
      account: ['select'],
      rights: ['select'],
    },
  },
  (table) => [
    unique('account_rate_limits_tenant_id_model_id_key').on(table.tenantId, table.modelId).nullsNotDistinct(),
    index('account_rate_limits_tenant_id_idx').on(table.tenantId, table.id),
    check('account_rate_limits_requests_per_minute_check', sql`${table.requestsPerMinute} > 0`),
    check('account_rate_limits_tokens_per_minute_check', sql`${table.tokensPerMinute} > 0`),
    check('account_rate_limits_parallel_requests_check', sql`${table.parallelRequests} > 0`),
  ],
);
