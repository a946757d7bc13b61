import { and, desc, eq, isNull, lt, lte } from 'drizzle-orm';
import { type Ctx, now } from '../../kernel/context.ts';
import { inTransaction, violates } from '../../kernel/db.ts';
import { page } from '../../kernel/http.ts';
import { newId } from '../../kernel/id.ts';
import type { UnitPrice } from '../../kernel/money.ts';
import { authorize } from '../../declare/permissions.ts';
import { audit } from '../audit/index.ts';
import { notifyCatalogChanged } from './catalog-changed.ts';
import { announcePrice } from './jobs.ts';
import { modelNotFound, priceConflict, priceInThePast } from './problems.ts';
import { models, priceVersions } from './schema.ts';

export interface PriceVersion {
  readonly versionId: string;
  readonly currency: 'CNY';
  readonly input: UnitPrice;
  readonly output: UnitPrice;
}

export interface PricedModel extends PriceVersion {
  readonly kind: 'chat' | 'embedding';
  readonly contextTokens: number;
}

export interface SetPrice {
  readonly modelId: string;
  readonly inputMicros: bigint;
  readonly inputPerTokens: bigint;
  readonly outputMicros: bigint;
  readonly outputPerTokens: bigint;
  /** From when it holds; now when left out. */
  readonly effectiveFrom?: Date | undefined;
}

/** Publishes a new version of a model's price. Earlier versions stay as they are. */
export async function setPrice(ctx: Ctx, input: SetPrice) {
  authorize(ctx, 'catalog:manage');
  const publishedAt = now(ctx);
  const effectiveFrom = input.effectiveFrom ?? publishedAt;
  if (effectiveFrom < publishedAt) throw priceInThePast({ effectiveFrom: effectiveFrom.toISOString() });
  try {
    return await inTransaction(ctx, 'operations', async (ctx) => {
      const [model] = await ctx.db
        .select({ id: models.id })
        .from(models)
        .where(and(eq(models.id, input.modelId), isNull(models.withdrawnAt)));
      if (model === undefined) throw modelNotFound();
      const version = {
        ...input,
        id: newId('price'),
        currency: 'CNY' as const,
        effectiveFrom,
        publishedAt,
      };
      const [row] = await ctx.db.insert(priceVersions).values(version).returning();
      if (row === undefined) throw new Error('a price version was not returned');
      await audit(ctx, 'catalog.price_set', row.id, null, {
        modelId: input.modelId,
        effectiveFrom: effectiveFrom.toISOString(),
      });
      await notifyCatalogChanged(ctx);
      if (effectiveFrom > publishedAt)
        await announcePrice.enqueue(ctx, { priceVersionId: row.id }, { runAt: effectiveFrom });
      return row;
    });
  } catch (error) {
    if (violates(error, 'price_versions_model_id_effective_from_key'))
      throw priceConflict({ modelId: input.modelId });
    throw error;
  }
}

/** Every version of every price, newest first. */
export async function listPrices(
  ctx: Ctx,
  query: { modelId?: string | undefined; limit: number; cursor?: string | undefined },
) {
  authorize(ctx, 'catalog:manage');
  return inTransaction(ctx, 'operations', async (ctx) => {
    const rows = await ctx.db
      .select()
      .from(priceVersions)
      .where(
        and(
          query.modelId === undefined ? undefined : eq(priceVersions.modelId, query.modelId),
          query.cursor === undefined ? undefined : lt(priceVersions.id, query.cursor),
        ),
      )
      .orderBy(desc(priceVersions.id))
      .limit(query.limit + 1);
    return page(rows, query.limit);
  });
}

/** The version of each model's price that holds at an instant. */
export async function pricesAt(ctx: Ctx, at: Date): Promise<Map<string, PriceVersion>> {
  const rows = await ctx.db
    .selectDistinctOn([priceVersions.modelId])
    .from(priceVersions)
    .where(lte(priceVersions.effectiveFrom, at))
    .orderBy(priceVersions.modelId, desc(priceVersions.effectiveFrom));
  return new Map(rows.map((row) => [row.modelId, asPriceVersion(row)]));
}

/** Every model that can be called now, with its price: what is not in the book has no price and is refused. */
export async function loadPriceBook(ctx: Ctx): Promise<Map<string, PricedModel>> {
  return inTransaction(ctx, 'inference', async (ctx) => {
    const cards = await ctx.db
      .select({ id: models.id, kind: models.kind, contextTokens: models.contextTokens })
      .from(models)
      .where(isNull(models.withdrawnAt));
    const priceByModel = await pricesAt(ctx, now(ctx));
    return new Map(
      cards.flatMap(({ id, kind, contextTokens }) => {
        const price = priceByModel.get(id);
        return price === undefined ? [] : [[id, { ...price, kind, contextTokens }] as const];
      }),
    );
  });
}

function asPriceVersion(row: typeof priceVersions.$inferSelect): PriceVersion {
  return {
    versionId: row.id,
    currency: 'CNY',
    input: { micros: row.inputMicros, perUnits: row.inputPerTokens },
    output: { micros: row.outputMicros, perUnits: row.outputPerTokens },
  };
}
