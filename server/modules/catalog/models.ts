import { and, asc, inArray, isNull, sql } from 'drizzle-orm';
import { type Ctx, now } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { authorize, may } from '../../declare/permissions.ts';
import { audit } from '../audit/index.ts';
import { notifyCatalogChanged } from './catalog-changed.ts';
import { completePrices } from './complete-prices.ts';
import type { ModelKind } from './kinds.ts';
import { pricesAt, type PriceVersion } from './prices.ts';
import { modelNotFound } from './problems.ts';
import { type LocalisedText, models } from './schema.ts';

export interface ModelCard {
  /** Name clients send in a request: `smollm2-135m-instruct`. */
  readonly id: string;
  readonly displayName: LocalisedText;
  readonly description: LocalisedText;
  readonly provider: string;
  readonly kind: ModelKind;
  readonly contextTokens: number;
  readonly tags: string[];
  /** The model has random weights: everything works, but what it says means nothing. */
  readonly isNonsense: boolean;
}

/**
 * Puts a model in the catalogue, also one that was withdrawn, or brings its card up to date. Registering the same card
 * again changes nothing.
 */
export async function registerModel(ctx: Ctx, card: ModelCard): Promise<void> {
  authorize(ctx, 'catalog:manage');
  await inTransaction(ctx, 'operations', async (ctx) => {
    const facts = { ...card, withdrawnAt: null, updatedAt: now(ctx) };
    const { id: _id, updatedAt: _updatedAt, ...shown } = facts;
    const changed = await ctx.db
      .insert(models)
      .values({ ...facts, createdAt: now(ctx) })
      .onConflictDoUpdate({
        target: models.id,
        set: { ...shown, updatedAt: facts.updatedAt },
        setWhere: sql`(${models.displayName}, ${models.description}, ${models.provider}, ${models.kind}, ${models.contextTokens}, ${models.tags}, ${models.isNonsense}, ${models.withdrawnAt})
          is distinct from (excluded.display_name, excluded.description, excluded.provider, excluded.kind, excluded.context_tokens, excluded.tags, excluded.is_nonsense, excluded.withdrawn_at)`,
      })
      .returning({ id: models.id });
    if (changed.length === 0) return;
    await audit(ctx, 'catalog.model_registered', { targetId: card.id, subjectId: null });
    await notifyCatalogChanged(ctx);
  });
}

/** Takes models out of the catalogue, so that they cannot be called. @returns those that were in it. */
export async function withdrawModels(ctx: Ctx, modelIds: readonly string[]): Promise<string[]> {
  authorize(ctx, 'catalog:manage');
  if (modelIds.length === 0) return [];
  return inTransaction(ctx, 'operations', async (ctx) => {
    const withdrawn = await ctx.db
      .update(models)
      .set({ withdrawnAt: now(ctx), updatedAt: now(ctx) })
      .where(and(inArray(models.id, [...modelIds]), isNull(models.withdrawnAt)))
      .returning({ id: models.id });
    for (const { id } of withdrawn)
      await audit(ctx, 'catalog.model_withdrawn', { targetId: id, subjectId: null });
    if (withdrawn.length > 0) await notifyCatalogChanged(ctx);
    return withdrawn.map(({ id }) => id);
  });
}

/** @throws `catalog.model_not_found` when it is not in the catalogue (any more). */
export async function withdrawModel(ctx: Ctx, { modelId }: { modelId: string }): Promise<void> {
  const withdrawn = await withdrawModels(ctx, [modelId]);
  if (withdrawn.length === 0) throw modelNotFound();
}

export interface CatalogueModel extends ModelCard {
  /** In force now. */
  readonly price: PriceVersion | null;
  /** It has a price for all that its kind cannot be sold without, so it can be called. */
  readonly isOffered: boolean;
}

/**
 * The catalogue with the prices of now. Those who manage it see all its models, others only what they can buy: a name
 * without a price would tell them what is being prepared.
 */
export async function listModels(ctx: Ctx): Promise<CatalogueModel[]> {
  authorize(ctx, 'catalog:read');
  return inTransaction(ctx, 'inference', async (ctx) => {
    const rows = await ctx.db.select().from(models).where(isNull(models.withdrawnAt)).orderBy(asc(models.id));
    const priceBySku = await pricesAt(ctx, now(ctx));
    const all = rows.map((row) => {
      const price = priceBySku.get(row.id) ?? null;
      const isOffered = price !== null && completePrices(ctx.product.meters, price.prices, row.kind) !== null;
      return { ...row, price, isOffered };
    });
    return may(ctx, 'catalog:manage') ? all : all.filter(({ isOffered }) => isOffered);
  });
}
