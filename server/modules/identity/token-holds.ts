import { eq } from 'drizzle-orm';
import { type Ctx, now } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { apiKeys } from './schema.ts';

/** What each gateway has reserved of a key's quota. One that was killed holds it no longer than `until`. */
export type TokenHolds = Readonly<Record<string, TokenHold>>;

interface TokenHold {
  readonly tokens: number;
  readonly until: string;
}

export interface HoldTokens {
  readonly apiKeyId: string;
  /** The gateway. */
  readonly holder: string;
  /** What requests of this gateway hold already, those that are not in the books yet included. */
  readonly heldTokens: number;
  /** What requests that want to start would hold, in their order. */
  readonly wanted: readonly number[];
  readonly until: Date;
}

/**
 * Writes down what a gateway holds of a key's quota, and lets its requests start while any of the quota is left, all
 * gateways counted: the last one that starts may pass it.
 * @returns how many of the wanted may start.
 */
export async function holdTokens(ctx: Ctx, input: HoldTokens): Promise<number> {
  return inTransaction(ctx, 'settlement', async (ctx) => {
    const [key] = await ctx.db
      .select({ quota: apiKeys.tokenQuota, used: apiKeys.tokensUsed, holds: apiKeys.tokensHeld })
      .from(apiKeys)
      .where(eq(apiKeys.id, input.apiKeyId))
      .for('update');
    // Deleted meanwhile.
    if (key === undefined) return 0;
    const others = Object.entries(key.holds).filter(
      ([holder, { until }]) => holder !== input.holder && new Date(until) > now(ctx),
    );
    const heldElsewhere = others.reduce((sum, [, { tokens }]) => sum + tokens, 0);
    const left =
      key.quota === null ? Infinity : Number(key.quota - key.used) - heldElsewhere - input.heldTokens;
    const { started, tokens } = startWithin(left, input.wanted);
    const own = { tokens: input.heldTokens + tokens, until: input.until.toISOString() };
    const tokensHeld = Object.fromEntries([
      ...others,
      ...(own.tokens > 0 ? [[input.holder, own] as const] : []),
    ]);
    await ctx.db.update(apiKeys).set({ tokensHeld }).where(eq(apiKeys.id, input.apiKeyId));
    return started;
  });
}

function startWithin(left: number, wanted: readonly number[]): { started: number; tokens: number } {
  let [started, tokens] = [0, 0];
  for (const more of wanted) {
    if (tokens >= left) break;
    started += 1;
    tokens += more;
  }
  return { started, tokens };
}
