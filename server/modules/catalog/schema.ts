import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgSchema,
  text,
  timestamp,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { plain, privacyTable } from '../../declare/policy.ts';
import { filledByTrigger, formerPriceColumns } from './former-columns.ts';
import { type ModelKind, modelKinds } from './kinds.ts';

export const catalogSchema = pgSchema('catalog');

export interface LocalisedText {
  readonly zh: string;
  readonly en: string;
}

/** The public card of a model. Its id is the name clients send in a request. */
export const models = privacyTable(
  catalogSchema,
  'models',
  {
    id: plain(text().primaryKey(), 'public name of a model'),
    displayName: plain(jsonb().$type<LocalisedText>().notNull(), 'public text about a model'),
    description: plain(jsonb().$type<LocalisedText>().notNull(), 'public text about a model'),
    provider: plain(text().notNull(), 'public name of the maker'),
    kind: plain(text().$type<ModelKind>().notNull(), 'what a model does'),
    contextTokens: plain(integer().notNull()),
    tags: plain(text().array().notNull(), 'public words about a model'),
    isNonsense: plain(boolean().notNull()),
    /** Since when it cannot be called. Its prices and its usage stay readable under its id. */
    withdrawnAt: plain(timestamp({ withTimezone: true })),
    createdAt: plain(timestamp({ withTimezone: true }).notNull()),
    updatedAt: plain(timestamp({ withTimezone: true }).notNull()),
  },
  {
    tenant: { none: 'the public catalogue' },
    rows: { notPersonal: 'public facts about models' },
    access: { inference: ['select'], operations: ['select', 'insert', 'update'] },
  },
  (table) => [
    check(
      'models_kind_check',
      // Migration 0035 let in one kind more than can be called.
      sql`${table.kind} in (${sql.raw([...modelKinds, 'transcription'].map((kind) => `'${kind}'`).join(', '))})`,
    ),
    check('models_context_tokens_check', sql`${table.contextTokens} > 0`),
  ],
);

/**
 * Prices are data: a new version never changes an old one, so every past charge can be computed again. A version has a
 * unit price for each of its meters, a fraction: `micros[n]` micro-yuan for `perUnits[n]` units of `meters[n]`.
 */
export const priceVersions = privacyTable(
  catalogSchema,
  'price_versions',
  {
    id: plain(text().primaryKey(), 'random identifier'),
    sku: plain(text().notNull().default(filledByTrigger), 'public name of what is sold'),
    currency: plain(text().$type<'CNY'>().notNull(), 'currency'),
    meters: plain(text().array().notNull().default([]), 'names of meters'),
    micros: plain(bigint({ mode: 'bigint' }).array().notNull().default([]), 'public prices'),
    perUnits: plain(bigint({ mode: 'bigint' }).array().notNull().default([]), 'public prices'),
    effectiveFrom: plain(timestamp({ withTimezone: true }).notNull()),
    publishedAt: plain(timestamp({ withTimezone: true }).notNull()),
    ...formerPriceColumns,
  },
  {
    tenant: { none: 'the public price list' },
    rows: { notPersonal: 'public prices' },
    immutable: true,
    // The books compute again what a row of a former release came to.
    access: { inference: ['select'], operations: ['select', 'insert'], settlement: ['select'] },
  },
  (table) => [
    uniqueIndex('price_versions_model_id_effective_from_key').on(table.modelId, table.effectiveFrom),
    index('price_versions_sku_effective_from_idx').on(table.sku, table.effectiveFrom),
    index('price_versions_effective_from_idx').on(table.effectiveFrom),
    index('price_versions_sku_id_idx').on(table.sku, table.id),
    check(
      'price_versions_lines_check',
      sql`cardinality(${table.meters}) > 0 and cardinality(${table.micros}) = cardinality(${table.meters}) and cardinality(${table.perUnits}) = cardinality(${table.meters})`,
    ),
    check('price_versions_unit_prices_check', sql`0 <= all(${table.micros}) and 0 < all(${table.perUnits})`),
  ],
);
