import { lt } from 'drizzle-orm';
import { z } from 'zod';
import { now } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { defineJob } from '../../kernel/jobs.ts';
import { outbox } from './schema.ts';

const dayMs = 24 * 60 * 60 * 1000;
/** What the declaration of the table promises (`P7D` from `row.createdAt`). */
const keptMs = 7 * dayMs;

defineJob(
  'notifications.sweep-outbox',
  z.object({}),
  async (ctx) => {
    await inTransaction(ctx, 'notify', async (ctx) => {
      await ctx.db.delete(outbox).where(lt(outbox.createdAt, new Date(now(ctx).getTime() - keptMs)));
    });
  },
  { cron: '17 * * * *' },
);
