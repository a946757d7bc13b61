import { eq, sql } from 'drizzle-orm';
import type { Ctx } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { processes } from './schema.ts';

/** That this gateway lives, and that it has forgotten whom it was asked to forget. */
export interface GatewayPresence {
  /** Without its lease a gateway answers nothing, because erasures no longer wait for it. */
  readonly isHeld: boolean;
  /** Forgets what it is asked to forget, then renews the lease. A call while one is under way makes another follow. */
  renew(): Promise<void>;
  /** Erasures need not wait for this gateway any more: it answers nothing from now on. */
  close(): Promise<void>;
}

export interface PresenceLimits {
  readonly leaseMs: number;
  readonly renewEveryMs: number;
}

export const leaseNotRenewed = 'the lease of this gateway was not renewed';

/** As long as a gateway goes on with keys it knows while the database is away. */
export const defaultPresence: PresenceLimits = { leaseMs: 30_000, renewEveryMs: 5_000 };

/**
 * The lease is a row. Its end is counted on the clock of this process from before the row was written, and on the clock
 * of the database from when it was, so this gateway falls silent before the database calls it gone.
 * @param deps.forget resolves when nothing is answered any more to persons who were erased before the call.
 * @param deps.onLost ends every answer.
 */
export function createGatewayPresence(
  ctx: Ctx,
  deps: {
    readonly id: string;
    readonly limits: PresenceLimits;
    readonly forget: () => Promise<void>;
    readonly onLost: () => void;
  },
): GatewayPresence {
  const { id, limits, forget, onLost } = deps;
  let heldUntilMs = -Infinity;
  let answered = 0;
  let running: Promise<void> | null = null;
  let isAskedAgain = false;
  let isClosed = false;
  let expiry: NodeJS.Timeout | null = null;
  let timer: NodeJS.Timeout | null = null;

  async function renewOnce(): Promise<void> {
    const startedAtMs = performance.now();
    const asked = await readAsked(ctx, id);
    if (asked > answered) await forget();
    answered = asked;
    await writeLease(ctx, { id, answered, leaseMs: limits.leaseMs });
    heldUntilMs = startedAtMs + limits.leaseMs;
    if (expiry !== null) clearTimeout(expiry);
    expiry = setTimeout(onLost, heldUntilMs - performance.now()).unref();
  }
  async function renewAll(): Promise<void> {
    do {
      isAskedAgain = false;
      await renewOnce();
    } while (isAskedAgain);
  }
  function renew(): Promise<void> {
    if (isClosed) return Promise.resolve();
    isAskedAgain = true;
    timer ??= setInterval(renewInBackground, limits.renewEveryMs).unref();
    running ??= renewAll().finally(() => {
      running = null;
    });
    return running;
  }
  function renewInBackground(): void {
    renew().catch((error: unknown) => ctx.log.warn({ err: error }, leaseNotRenewed));
  }

  return {
    get isHeld() {
      return performance.now() < heldUntilMs;
    },
    renew,
    async close() {
      isClosed = true;
      if (timer !== null) clearInterval(timer);
      if (expiry !== null) clearTimeout(expiry);
      // Its caller handles the failure.
      await running?.catch(() => {});
      if (timer === null) return;
      heldUntilMs = -Infinity;
      // Where this fails the lease runs out.
      await inTransaction(ctx, 'inference', (ctx) =>
        ctx.db.delete(processes).where(eq(processes.id, id)),
      ).catch((error: unknown) =>
        ctx.log.warn({ err: error }, 'the lease of this gateway was not given back'),
      );
    },
  };
}

/** How often this gateway was asked to forget. */
async function readAsked(ctx: Ctx, id: string): Promise<number> {
  return inTransaction(ctx, 'inference', async (ctx) => {
    const [row] = await ctx.db.select({ asked: processes.asked }).from(processes).where(eq(processes.id, id));
    return row?.asked ?? 0;
  });
}

async function writeLease(
  ctx: Ctx,
  { id, answered, leaseMs }: { readonly id: string; readonly answered: number; readonly leaseMs: number },
): Promise<void> {
  const leaseUntil = sql`now() + ${leaseMs} * interval '1 millisecond'`;
  await inTransaction(ctx, 'inference', async (ctx) => {
    await ctx.db
      .insert(processes)
      .values({ id, asked: answered, answered, leaseUntil })
      .onConflictDoUpdate({ target: processes.id, set: { answered, leaseUntil } });
    // Of gateways that were killed.
    await ctx.db.delete(processes).where(sql`${processes.leaseUntil} < now() - interval '1 hour'`);
  });
}
