import { planErasure } from '@candor/privacy-engine';
import { eq } from 'drizzle-orm';
import { type Ctx, now } from '../../../kernel/context.ts';
import { databaseOptions } from '../../../kernel/database-options.ts';
import { engineQuery, inTransaction } from '../../../kernel/db.ts';
import { idSchema } from '../../../kernel/id.ts';
import { authorize } from '../../../declare/permissions.ts';
import { restrictions } from '../rights-tables.ts';

/** A request of a person without an account is a subject of its own: no erasure covers it, its term ends. */
export function isOwnSubject(subject: string): boolean {
  return idSchema('case').safeParse(subject).success;
}

/**
 * Destroys every key of erased persons that no law keeps a value of: after an older vault was put back.
 * @returns how many of them were there.
 */
export async function destroyKeysOfErased(ctx: Ctx): Promise<number> {
  authorize(ctx, 'privacy:run-erasure');
  const erased = await inTransaction(ctx, 'erasure', (ctx) =>
    ctx.db
      .select({ subjectId: restrictions.subjectId })
      .from(restrictions)
      .where(eq(restrictions.kind, 'erased')),
  );
  return destroyFreedKeys(
    ctx,
    erased.map(({ subjectId }) => subjectId),
  );
}

/**
 * When the last row that a law kept of an erased person is gone, its key goes too. Safe to repeat: it looks at what is
 * there, not at what was just deleted. @returns how many keys were there.
 */
export async function destroyFreedKeys(ctx: Ctx, subjects: readonly string[]): Promise<number> {
  let destroyed = 0;
  for (const subject of subjects) {
    const keys = await inTransaction(ctx, 'erasure', async (ctx) => {
      const [restriction] = await ctx.db
        .select()
        .from(restrictions)
        .where(eq(restrictions.subjectId, subject));
      if (restriction?.kind !== 'erased' && !isOwnSubject(subject)) return [];
      const { restrictionTable } = databaseOptions;
      const closedAt = restriction?.createdAt ?? now(ctx);
      const plan = await planErasure({
        registry: ctx.product.registry,
        restrictionTable,
        query: engineQuery(ctx),
        subject,
        closedAt,
      });
      return plan.keys;
    });
    for (const { keyClass, verb } of keys) {
      if (verb !== 'destroy') continue;
      if ((await ctx.vault.find(subject, keyClass)).state === 'live') destroyed += 1;
      await ctx.vault.destroy(subject, keyClass);
    }
    if (keys.length > 0 && keys.every(({ verb }) => verb === 'destroy'))
      await ctx.vault.destroy(subject, 'all');
  }
  return destroyed;
}
