import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgSchema,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { personal, plain, privacyTable } from '../../declare/policy.ts';
import type { ProtocolName } from './protocols/protocol.ts';
import type { StoredHeader } from './upstream-headers.ts';
import type { UpstreamOperator } from './upstream-operator.ts';

export const gatewaySchema = pgSchema('gateway');

/** Servers that answer for us in one of the protocols we know. The built-in local model has no row. */
export const upstreams = privacyTable(
  gatewaySchema,
  'upstreams',
  {
    id: plain(text().primaryKey(), 'random identifier'),
    name: plain(text().notNull(), 'name the operator gives to a server'),
    nameKey: plain(text().notNull(), 'the same name in its normal form'),
    baseUrl: plain(text().notNull(), 'address of a server'),
    sealedKey: plain(
      text(),
      'the key the operator has at that server, encrypted under a secret of the installation',
    ),
    whenClientLeaves: plain(text().$type<'drain' | 'abort'>().notNull(), 'drain or abort'),
    continuousUsage: plain(boolean().notNull()),
    protocols: plain(
      text().array().$type<readonly ProtocolName[]>().notNull().default(['chat']),
      'names of the protocols a server speaks',
    ),
    headers: plain(
      jsonb().$type<readonly StoredHeader[]>().notNull().default([]),
      'headers of the operator, secret values encrypted under a secret of the installation',
    ),
    /** The company that runs the server by contract; null for the operator's own. */
    operator: plain(jsonb().$type<UpstreamOperator>(), 'facts about a company and its contract'),
    isEnabled: plain(boolean().notNull()),
    createdAt: plain(timestamp({ withTimezone: true }).notNull()),
    updatedAt: plain(timestamp({ withTimezone: true }).notNull()),
  },
  {
    tenant: { none: 'servers of the platform' },
    rows: { notPersonal: 'addresses and keys of servers' },
    access: { operations: ['select', 'insert', 'update', 'delete'], inference: ['select'] },
  },
  (table) => [
    uniqueIndex('upstreams_name_key').on(table.nameKey),
    check('upstreams_when_client_leaves_check', sql`${table.whenClientLeaves} in ('drain', 'abort')`),
    check('upstreams_protocols_check', sql`cardinality(${table.protocols}) > 0`),
    check('upstreams_base_url_check', sql`${table.baseUrl} ~ '^https?://'`),
  ],
);

/** Which model of the catalogue a server answers for, and under what name it knows it. */
export const upstreamModels = privacyTable(
  gatewaySchema,
  'upstream_models',
  {
    upstreamId: plain(
      text()
        .notNull()
        .references(() => upstreams.id, { onDelete: 'cascade' }),
      'random identifier',
    ),
    modelId: plain(text().notNull(), 'public name of a model'),
    upstreamModel: plain(text().notNull(), 'name of the model at the server'),
    /** The share of requests among servers of one priority. */
    weight: plain(integer().notNull().default(1)),
    /** 1 is asked first; the next when none before it is well. */
    priority: plain(integer().notNull().default(1)),
    /** What the operator pays there: `costMicros[n]` micro-yuan for `costPerUnits[n]` units of `costMeters[n]`. */
    costMeters: plain(text().array().notNull().default([]), 'names of meters'),
    costMicros: plain(bigint({ mode: 'bigint' }).array().notNull().default([]), 'prices of a supplier'),
    costPerUnits: plain(bigint({ mode: 'bigint' }).array().notNull().default([]), 'prices of a supplier'),
  },
  {
    tenant: { none: 'servers of the platform' },
    rows: { notPersonal: 'names of models' },
    access: { operations: ['select', 'insert', 'update', 'delete'], inference: ['select'] },
  },
  (table) => [
    primaryKey({ name: 'upstream_models_pkey', columns: [table.upstreamId, table.modelId] }),
    index('upstream_models_model_id_idx').on(table.modelId),
    check('upstream_models_weight_check', sql`${table.weight} between 1 and 1000`),
    check('upstream_models_priority_check', sql`${table.priority} between 1 and 9`),
    check(
      'upstream_models_cost_lines_check',
      sql`cardinality(${table.costMicros}) = cardinality(${table.costMeters}) and cardinality(${table.costPerUnits}) = cardinality(${table.costMeters})`,
    ),
    check(
      'upstream_models_unit_costs_check',
      sql`0 <= all(${table.costMicros}) and 0 < all(${table.costPerUnits})`,
    ),
  ],
);

/** Gateways that live. An erasure is certified when each of them has answered that it forgot, or lost its lease. */
export const processes = privacyTable(
  gatewaySchema,
  'processes',
  {
    id: plain(text().primaryKey(), 'random identifier'),
    /** How often it was asked to forget who is erased. */
    asked: plain(integer().notNull()),
    /** How many of these requests it has carried out. */
    answered: plain(integer().notNull()),
    /** After this it does not answer any request. */
    leaseUntil: plain(timestamp({ withTimezone: true }).notNull()),
  },
  {
    tenant: { none: 'processes of the platform' },
    rows: { notPersonal: 'numbers and times of processes' },
    access: { inference: ['select', 'insert', 'update', 'delete'], erasure: ['select', 'update'] },
  },
);

/**
 * What gateways together have taken of a limit: requests and tokens of the minute, places of parallel requests. The key is
 * a keyed hash of the API key, or of the account and the model.
 */
export const rateCounters = privacyTable(
  gatewaySchema,
  'rate_counters',
  {
    keyHash: plain(
      text().primaryKey(),
      'keyed hash of two random identifiers; deleted within an hour of the last request',
    ),
    windowFrom: plain(timestamp({ withTimezone: true }).notNull()),
    requests: plain(integer().notNull()),
    tokens: plain(bigint({ mode: 'number' }).notNull()),
    /** By gateway. A gateway without a lease has none. */
    places: plain(jsonb().$type<Readonly<Record<string, number>>>().notNull(), 'numbers by process'),
  },
  {
    tenant: { none: 'counters that cannot be traced back without the secret of the installation' },
    rows: { notPersonal: 'counters that cannot be traced back without the secret of the installation' },
    access: { inference: ['select', 'insert', 'update', 'delete'] },
  },
  (table) => [index('rate_counters_window_from_idx').on(table.windowFrom)],
);

/** What every account may call a model, all its keys together, unless an operator decided otherwise for an account. */
export const modelLimits = privacyTable(
  gatewaySchema,
  'model_limits',
  {
    modelId: plain(text().primaryKey(), 'public name of a model'),
    requestsPerMinute: plain(integer()),
    tokensPerMinute: plain(integer()),
    parallelRequests: plain(integer()),
    updatedAt: plain(timestamp({ withTimezone: true }).notNull()),
  },
  {
    tenant: { none: 'rules of the platform' },
    rows: { notPersonal: 'names of models and numbers' },
    access: { operations: ['select', 'insert', 'update', 'delete'], inference: ['select'] },
  },
  (table) => [
    check('model_limits_requests_per_minute_check', sql`${table.requestsPerMinute} > 0`),
    check('model_limits_tokens_per_minute_check', sql`${table.tokensPerMinute} > 0`),
    check('model_limits_parallel_requests_check', sql`${table.parallelRequests} > 0`),
  ],
);

const accountLimit = {
  category: 'preference',
  subject: 'tenantId',
  source: 'service',
  collectedFor: ['usage'],
  purposes: ['settlement', 'inference', 'rights'],
  keep: { max: 'P0D', from: 'account.closed' },
  keyClass: 'core',
  onErase: 'delete-row',
  export: 'yes',
  log: 'never',
  edit: { no: { zh: '由运营方决定', en: 'decided by the operator' } },
} as const;

/** What one account may call a model, in the place of what every account may. */
export const accountLimits = privacyTable(
  gatewaySchema,
  'account_limits',
  {
    id: plain(text().primaryKey(), 'random identifier'),
    tenantId: plain(text().notNull(), 'random identifier'),
    modelId: personal(text().notNull(), {
      clear: 'public name of a model',
      ...accountLimit,
      title: { zh: '为您的账户单独设定上限的模型', en: 'Model with limits of your account' },
    }),
    requestsPerMinute: personal(integer(), {
      ...accountLimit,
      title: { zh: '您的账户每分钟请求数上限', en: 'Requests per minute of your account' },
    }),
    tokensPerMinute: personal(integer(), {
      ...accountLimit,
      title: { zh: '您的账户每分钟 Token 数上限', en: 'Tokens per minute of your account' },
    }),
    parallelRequests: personal(integer(), {
      ...accountLimit,
      title: { zh: '您的账户并发请求数上限', en: 'Parallel requests of your account' },
    }),
    updatedAt: personal(timestamp({ withTimezone: true }).notNull(), {
      ...accountLimit,
      category: 'log',
      title: { zh: '为您的账户设定上限的时间', en: 'When limits of your account were decided' },
    }),
  },
  {
    tenant: 'tenantId',
    subject: 'tenantId',
    subjectIs: 'account',
    title: { zh: '您的账户的调用上限', en: 'Limits of your account' },
    rows: 'delete',
    deletable: true,
    access: {
      settlement: ['select', 'insert', 'update', 'delete'],
      inference: ['select'],
      rights: ['select'],
    },
  },
  (table) => [
    index('account_limits_tenant_id_idx').on(table.tenantId, table.id),
    uniqueIndex('account_limits_tenant_id_model_id_idx').on(table.tenantId, table.modelId),
    check('account_limits_requests_per_minute_check', sql`${table.requestsPerMinute} > 0`),
    check('account_limits_tokens_per_minute_check', sql`${table.tokensPerMinute} > 0`),
    check('account_limits_parallel_requests_check', sql`${table.parallelRequests} > 0`),
  ],
);
