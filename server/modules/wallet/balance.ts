import { eq } from 'drizzle-orm';
import { type Ctx, tenantOf } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { authorize } from '../../declare/permissions.ts';
import { cashAccount, debtAccount } from './accounts.ts';
import { accounts } from './schema.ts';

export interface Balance {
  /** Everything paid in and not spent, the held part included. */
  readonly balanceMicros: bigint;
  readonly heldMicros: bigint;
  /** What can be spent now. */
  readonly availableMicros: bigint;
  /** Used when no money was left; the next top-up pays it. */
  readonly owedMicros: bigint;
}

/** The wallet of the context's tenant, empty when no money ever touched it. */
export async function walletBalance(ctx: Ctx): Promise<Balance> {
  const tenantId = tenantOf(ctx);
  const rows = await inTransaction(ctx, ctx.purpose === 'settlement' ? 'settlement' : 'billing', (ctx) =>
    ctx.db
      .select({ id: accounts.id, posted: accounts.postedMicros, held: accounts.heldMicros })
      .from(accounts)
      .where(eq(accounts.tenantId, tenantId)),
  );
  const cash = rows.find(({ id }) => id === cashAccount(tenantId));
  const debt = rows.find(({ id }) => id === debtAccount(tenantId));
  const balanceMicros = cash?.posted ?? 0n;
  const heldMicros = cash?.held ?? 0n;
  return {
    balanceMicros,
    heldMicros,
    availableMicros: balanceMicros - heldMicros,
    owedMicros: -(debt?.posted ?? 0n),
  };
}

/** The wallet as its owner sees it. */
export async function getBalance(ctx: Ctx): Promise<Balance> {
  authorize(ctx, 'wallet:read');
  return walletBalance(ctx);
}
