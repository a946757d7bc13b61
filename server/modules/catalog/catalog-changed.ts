import { sql } from 'drizzle-orm';
import type { Ctx } from '../../kernel/context.ts';

/** PostgreSQL channel on which caches of the catalogue listen. A hint only: they also reload on their own. */
export const catalogChangedChannel = 'catalog_changed';

export async function notifyCatalogChanged(ctx: Ctx): Promise<void> {
  await ctx.db.execute(sql`select pg_notify(${catalogChangedChannel}, '')`);
}
