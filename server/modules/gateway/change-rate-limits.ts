import { and, asc, desc, eq, lt } from 'drizzle-orm';
import { z } from 'zod';
import { type Ctx, now } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { fenceErased } from '../../kernel/erasure-fence.ts';
import { page } from '../../kernel/http.ts';
import { idSchema, newId } from '../../kernel/id.ts';
import { notFound } from '../../kernel/problem.ts';
import { authorize } from '../../declare/permissions.ts';
import { audit } from '../audit/index.ts';
import { listModels, modelIdSchema } from '../catalog/index.ts';
import { findTenantOwner } from '../identity/index.ts';
import { accountNotFound, modelNotFound } from './problems.ts';
import { notifyRateLimitsChanged } from './rate-limit-book.ts';
import { accountRateLimits, modelRateLimits } from './schema.ts';

/** Null: without a limit. As long as those of a key. */
export const rateLimitFields = {
  requestsPerMinute: z.int().min(1).max(1_000_000).nullable(),
  tokensPerMinute: z.int().min(1).max(2_000_000_000).nullable(),
  parallelRequests: z.int().min(1).max(10_000).nullable(),
};
export const modelRateLimitSchema = z.strictObject({ modelId: modelIdSchema, ...rateLimitFields });
export const accountRateLimitSchema = z.strictObject({
  tenantId: idSchema('tenant'),
  modelId: modelIdSchema.nullable().meta({ description: 'null: each model that has no limit of its own' }),
  ...rateLimitFields,
});

/** Says what every account may call of a model, in place of what was said before. */
export async function setModelRateLimit(ctx: Ctx, input: z.output<typeof modelRateLimitSchema>) {
  authorize(ctx, 'gateway:manage-rate-limits');
  await requireModel(ctx, input.modelId);
  return inTransaction(ctx, 'inference', async (ctx) => {
    const { modelId, ...limits } = input;
    const values = { ...limits, updatedAt: now(ctx) };
    const [row] = await ctx.db
      .insert(modelRateLimits)
      .values({ id: newId('rate'), modelId, ...values })
      .onConflictDoUpdate({ target: modelRateLimits.modelId, set: values })
      .returning();
    if (row === undefined) throw new Error('a limit was not returned');
    await audit(ctx, 'gateway.rate_limit_set', { targetId: row.id, subjectId: null, details: { modelId } });
    await notifyRateLimitsChanged(ctx);
    return row;
  });
}

/** Says what one account may call instead, in place of what was said of it before. */
export async function setAccountRateLimit(ctx: Ctx, input: z.output<typeof accountRateLimitSchema>) {
  authorize(ctx, 'gateway:manage-rate-limits');
  const { tenantId, modelId, ...limits } = input;
  if (modelId !== null) await requireModel(ctx, modelId);
  const owner = await findTenantOwner(ctx, tenantId);
  if (owner === null) throw accountNotFound();
  return inTransaction(ctx, 'inference', async (ctx) => {
    // Its owner may be erased at this moment, and nothing may be written about the account after that.
    if ((await fenceErased(ctx, [owner.userId])).size > 0) throw accountNotFound();
    const values = { ...limits, updatedAt: now(ctx) };
    const [row] = await ctx.db
      .insert(accountRateLimits)
      .values({ id: newId('rate'), tenantId, modelId, ...values })
      .onConflictDoUpdate({ target: [accountRateLimits.tenantId, accountRateLimits.modelId], set: values })
      .returning();
    if (row === undefined) throw new Error('a limit was not returned');
    await audit({ ...ctx, tenantId }, 'gateway.rate_limit_set', {
      targetId: row.id,
      subjectId: null,
      details: modelId === null ? {} : { modelId },
    });
    await notifyRateLimitsChanged(ctx);
    return row;
  });
}

/** Takes back what was said of a model, or of an account. */
export async function removeRateLimit(ctx: Ctx, { rateLimitId }: { rateLimitId: string }): Promise<void> {
  authorize(ctx, 'gateway:manage-rate-limits');
  await inTransaction(ctx, 'inference', async (ctx) => {
    const ofModel = await ctx.db
      .delete(modelRateLimits)
      .where(eq(modelRateLimits.id, rateLimitId))
      .returning({ id: modelRateLimits.id });
    const ofAccount = await ctx.db
      .delete(accountRateLimits)
      .where(eq(accountRateLimits.id, rateLimitId))
      .returning({ tenantId: accountRateLimits.tenantId });
    if (ofModel.length + ofAccount.length === 0) throw notFound();
    const [account = { tenantId: null }] = ofAccount;
    await audit({ ...ctx, tenantId: account.tenantId }, 'gateway.rate_limit_removed', {
      targetId: rateLimitId,
      subjectId: null,
    });
    await notifyRateLimitsChanged(ctx);
  });
}

/** What every account may call, by model. */
export async function listModelRateLimits(ctx: Ctx) {
  authorize(ctx, 'gateway:manage-rate-limits');
  return inTransaction(ctx, 'inference', (ctx) =>
    ctx.db.select().from(modelRateLimits).orderBy(asc(modelRateLimits.modelId)),
  );
}

/** What single accounts may call instead, newest first. */
export async function listAccountRateLimits(
  ctx: Ctx,
  query: { tenantId?: string | undefined; limit: number; cursor?: string | undefined },
) {
  authorize(ctx, 'gateway:manage-rate-limits');
  return inTransaction(ctx, 'inference', async (ctx) => {
    const rows = await ctx.db
      .select()
      .from(accountRateLimits)
      .where(
        and(
          query.tenantId === undefined ? undefined : eq(accountRateLimits.tenantId, query.tenantId),
          query.cursor === undefined ? undefined : lt(accountRateLimits.id, query.cursor),
        ),
      )
      .orderBy(desc(accountRateLimits.id))
      .limit(query.limit + 1);
    return page(rows, query.limit);
  });
}

async function requireModel(ctx: Ctx, modelId: string): Promise<void> {
  const models = await listModels(ctx);
  if (!models.some(({ id }) => id === modelId)) throw modelNotFound({ param: 'modelId' });
}
