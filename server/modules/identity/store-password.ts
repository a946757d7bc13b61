import { type Ctx, now } from '../../kernel/context.ts';
import { sealRow } from '../../kernel/sealed-rows.ts';
import { passwords } from './schema.ts';

/** Sets or replaces a person's password. Joins the caller's transaction. */
export async function storePassword(
  ctx: Ctx,
  person: { userId: string; tenantId: string },
  hash: string,
): Promise<void> {
  const row = await sealRow(ctx, passwords, { ...person, hash, changedAt: now(ctx) });
  await ctx.db
    .insert(passwords)
    .values(row)
    .onConflictDoUpdate({ target: passwords.userId, set: { hash: row.hash, changedAt: row.changedAt } });
}
