import { eq } from 'drizzle-orm';
import { type Ctx, tenantOf } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { authorize } from '../../declare/permissions.ts';
import { listModels } from '../catalog/index.ts';
import { rateLimitBook } from './rate-limit-book.ts';
import type { RateLimits } from './rate-limits.ts';
import { accountRateLimits, modelRateLimits } from './schema.ts';

export interface OwnRateLimit extends RateLimits {
  readonly modelId: string;
}

/** What the account of the caller may call of each model that is offered and limited, all its keys together. */
export async function listOwnRateLimits(ctx: Ctx): Promise<OwnRateLimit[]> {
  authorize(ctx, 'gateway:read-rate-limits');
  const tenantId = tenantOf(ctx);
  const book = await inTransaction(ctx, 'account', async (ctx) =>
    rateLimitBook(
      await ctx.db.select().from(modelRateLimits),
      await ctx.db.select().from(accountRateLimits).where(eq(accountRateLimits.tenantId, tenantId)),
    ),
  );
  const models = await listModels(ctx);
  return models.flatMap(({ id: modelId, isOffered }) => {
    const limits = !isOffered ? null : book.limitsOf(tenantId, modelId);
    return limits === null ? [] : [{ modelId, ...limits }];
  });
}
