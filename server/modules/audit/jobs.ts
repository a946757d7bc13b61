import { lt } from 'drizzle-orm';
import { z } from 'zod';
import { type Ctx, now } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { defineJob } from '../../kernel/jobs.ts';
import { authorize } from '../../permissions.ts';
import { audit } from './audit.ts';
import { accessLog } from './schema.ts';

/** Deletes access-log rows past their declared retention (P6M), daily. @returns how many. */
export async function forgetOldAccesses(ctx: Ctx): Promise<number> {
  authorize(ctx, 'audit:forget');
  const oldest = new Date(now(ctx));
  oldest.setUTCMonth(oldest.getUTCMonth() - 6);
  return inTransaction(ctx, 'security', async (ctx) => {
    const { rowCount } = await ctx.db.delete(accessLog).where(lt(accessLog.createdAt, oldest));
    await audit(ctx, 'audit.accesses_forgotten', null, { count: rowCount ?? 0 });
    return rowCount ?? 0;
  });
}

defineJob('audit.forget-old-accesses', z.object({}), async (ctx) => void (await forgetOldAccesses(ctx)), {
  cron: '17 19 * * *',
});
