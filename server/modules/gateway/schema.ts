import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { plain, privacyTable } from '../../declare/policy.ts';
import { gatewaySchema } from './gateway-schema.ts';
import type { ProtocolName } from './protocols/protocol.ts';
import type { StoredHeader } from './upstream-headers.ts';
import type { UpstreamOperator } from './upstream-operator.ts';

export { gatewaySchema };
export { accountRateLimits, modelRateLimits } from './rate-limit-tables.ts';

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
      'keyed hash of random identifiers; deleted within an hour of the last request',
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
