import { and, desc, eq, isNull, lt, lte } from 'drizzle-orm';
import { type Ctx, now } from '../../kernel/context.ts';
import { inTransaction, violates } from '../../kernel/db.ts';
import { page } from '../../kernel/http.ts';
import { newId } from '../../kernel/id.ts';
import type { UnitPrice } from '../../kernel/money.ts';
import { authorize } from '../../declare/permissions.ts';
import { audit } from '../audit/index.ts';
import { notifyCatalogChanged } from './catalog-changed.ts';
import { completePrices, requireMeters, requirePrices } from './complete-prices.ts';
import { announcePrice } from './jobs.ts';
import type { ModelKind } from './kinds.ts';
import { modelNotFound, priceConflict, priceInThePast } from './problems.ts';
import { models, priceVersions } from './schema.ts';

/** What a unit of each meter costs, also of those that cost what another does. */
export type MeterPrices = ReadonlyMap<string, UnitPrice>;

export interface MeterPrice extends UnitPrice {
  readonly meter: string;
}

export interface PriceVersion {
  readonly versionId: string;
  readonly currency: 'CNY';
  /** As it was published. */
  readonly prices: MeterPrice[];
}

export interface PricedModel {
  readonly versionId: string;
  readonly prices: MeterPrices;
  readonly kind: ModelKind;
  readonly contextTokens: number;
}

export interface SetPrice {
  readonly sku: string;
  readonly prices: readonly MeterPrice[];
  /** From when it holds; now when left out. */
  readonly effectiveFrom?: Date | undefined;
}

/** Publishes a new version of the price of a SKU. Earlier versions stay as they are. */
export async function setPrice(ctx: Ctx, input: SetPrice) {
  authorize(ctx, 'catalog:manage');
  const publishedAt = now(ctx);
  const effectiveFrom = input.effectiveFrom ?? publishedAt;
  requireMeters(ctx.product.meters, input.prices);
  if (effectiveFrom < publishedAt) throw priceInThePast({ effectiveFrom: effectiveFrom.toISOString() });
  try {
    return await inTransaction(ctx, 'operations', async (ctx) => {
      const [model] = await ctx.db
        .select({ kind: models.kind })
        .from(models)
        .where(and(eq(models.id, input.sku), isNull(models.withdrawnAt)));
      if (model === undefined) throw modelNotFound();
      requirePrices(ctx.product.meters, input.prices, model.kind);
      const version = {
        sku: input.sku,
        meters: input.prices.map(({ meter }) => meter),
        micros: input.prices.map(({ micros }) => micros),
        perUnits: input.prices.map(({ perUnits }) => perUnits),
        id: newId('price'),
        currency: 'CNY' as const,
        effectiveFrom,
        publishedAt,
      };
      const [row] = await ctx.db.insert(priceVersions).values(version).returning();
      if (row === undefined) throw new Error('a price version was not returned');
      await audit(ctx, 'catalog.price_set', {
        targetId: row.id,
        subjectId: null,
        details: {
          sku: input.sku,
          effectiveFrom: effectiveFrom.toISOString(),
        },
      });
      await notifyCatalogChanged(ctx);
      if (effectiveFrom > publishedAt)
        await announcePrice.enqueue(ctx, { priceVersionId: row.id }, { runAt: effectiveFrom });
      return asPrice(row);
    });
  } catch (error) {
    if (violates(error, 'price_versions_model_id_effective_from_key'))
      throw priceConflict({ sku: input.sku });
    throw error;
  }
}

/** Every version of every price, newest first. */
export async function listPrices(
  ctx: Ctx,
  query: { sku?: string | undefined; limit: number; cursor?: string | undefined },
) {
  authorize(ctx, 'catalog:manage');
  return inTransaction(ctx, 'operations', async (ctx) => {
    const rows = await ctx.db
      .select()
      .from(priceVersions)
      .where(
        and(
          query.sku === undefined ? undefined : eq(priceVersions.sku, query.sku),
          query.cursor === undefined ? undefined : lt(priceVersions.id, query.cursor),
        ),
      )
      .orderBy(desc(priceVersions.id))
      .limit(query.limit + 1);
    const { items, nextCursor } = page(rows, query.limit);
    return { items: items.map(asPrice), nextCursor };
  });
}

/** The version of each SKU's price that holds at an instant. */
export async function pricesAt(ctx: Ctx, at: Date): Promise<Map<string, PriceVersion>> {
  const rows = await ctx.db
    .selectDistinctOn([priceVersions.sku])
    .from(priceVersions)
    .where(lte(priceVersions.effectiveFrom, at))
    .orderBy(priceVersions.sku, desc(priceVersions.effectiveFrom));
  return new Map(rows.map((row) => [row.sku, { versionId: row.id, currency: 'CNY', prices: pricesOf(row) }]));
}

/** Every model that can be called now, with its price: what is not in the book has no price and is refused. */
export async function loadPriceBook(ctx: Ctx): Promise<Map<string, PricedModel>> {
  return inTransaction(ctx, 'inference', async (ctx) => {
    const cards = await ctx.db
      .select({ id: models.id, kind: models.kind, contextTokens: models.contextTokens })
      .from(models)
      .where(isNull(models.withdrawnAt));
    const priceBySku = await pricesAt(ctx, now(ctx));
    return new Map(
      cards.flatMap(({ id, kind, contextTokens }) => {
        const version = priceBySku.get(id);
        const prices =
          version === undefined ? null : completePrices(ctx.product.meters, version.prices, kind);
        return version === undefined || prices === null
          ? []
          : [[id, { versionId: version.versionId, prices, kind, contextTokens }] as const];
      }),
    );
  });
}

type PriceRow = typeof priceVersions.$inferSelect;

function asPrice(row: PriceRow) {
  const { id, sku, currency, effectiveFrom, publishedAt } = row;
  return { id, sku, currency, prices: pricesOf(row), effectiveFrom, publishedAt };
}

/** Guarantee: a check of the database holds the three lists to one length. */
function pricesOf({ meters, micros, perUnits }: PriceRow): MeterPrice[] {
  return meters.map((meter, index) => ({
    meter,
    micros: micros[index] ?? 0n,
    perUnits: perUnits[index] ?? 1n,
  }));
}
