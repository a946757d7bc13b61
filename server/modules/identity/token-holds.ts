import { eq } from 'drizzle-orm';
import { type Ctx, now } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { countedIn } from './quota-period.ts';
import { apiKeys } from './schema.ts';

/** What each gateway has reserved of a key's quota. One that was killed holds it no longer than `until`. */
export type TokenHolds = Readonly<Record<string, TokenHold>>;

interface TokenHold {
  readonly tokens: number;
  /** Left out by the former release, which knew no quota of money. */
  readonly micros?: number;
  readonly until: string;
}

export interface HoldQuota {
  readonly apiKeyId: string;
  /** The gateway. */
  readonly holder: string;
  /** What requests of this gateway hold already, those that are not in the books yet included. */
  readonly held: QuotaAmount;
  /** What requests that want to start would hold, in their order. */
  readonly wanted: readonly QuotaAmount[];
  readonly until: Date;
}

export interface QuotaAmount {
  readonly tokens: number;
  /** As a number, because it is also JSON: no quota comes near what a number cannot hold. */
  readonly micros: number;
}

/**
 * Writes down what a gateway holds of a key's quotas, and lets its requests start while any of the tokens is left, all
 * gateways counted: the last one that starts may pass them. Money is never passed: a request starts only if all of it fits.
 * With the first request of a new period counting begins anew.
 * @returns how many of the wanted may start.
 */
export async function holdQuota(ctx: Ctx, input: HoldQuota): Promise<number> {
  return inTransaction(ctx, 'settlement', async (ctx) => {
    const [key] = await ctx.db
      .select({
        holds: apiKeys.tokensHeld,
        tokenQuota: apiKeys.tokenQuota,
        moneyQuotaMicros: apiKeys.moneyQuotaMicros,
        quotaPeriod: apiKeys.quotaPeriod,
        tokensUsed: apiKeys.tokensUsed,
        spentMicros: apiKeys.spentMicros,
        tokensBefore: apiKeys.tokensBefore,
        spentBeforeMicros: apiKeys.spentBeforeMicros,
        periodFrom: apiKeys.periodFrom,
      })
      .from(apiKeys)
      .where(eq(apiKeys.id, input.apiKeyId))
      .for('update');
    // Deleted meanwhile.
    if (key === undefined) return 0;
    const others = Object.entries(key.holds).filter(
      ([holder, { until }]) => holder !== input.holder && new Date(until) > now(ctx),
    );
    const heldElsewhere = sumOf(others.map(([, { tokens, micros = 0 }]) => ({ tokens, micros })));
    const counted = countedIn(key, now(ctx));
    const left = (quota: bigint | null, used: bigint, of: keyof QuotaAmount) =>
      quota === null ? Infinity : Number(quota - used) - heldElsewhere[of] - input.held[of];
    const { started, taken } = startWithin(
      {
        tokens: left(key.tokenQuota, counted.tokensUsed, 'tokens'),
        micros: left(key.moneyQuotaMicros, counted.spentMicros, 'micros'),
      },
      input.wanted,
    );
    const { tokens, micros } = sumOf([input.held, taken]);
    const tokensHeld = Object.fromEntries([
      ...others,
      ...(tokens > 0 || micros > 0
        ? [[input.holder, { tokens, micros, until: input.until.toISOString() }] as const]
        : []),
    ]);
    await ctx.db
      .update(apiKeys)
      .set({ tokensHeld, ...counted.turned })
      .where(eq(apiKeys.id, input.apiKeyId));
    return started;
  });
}

function startWithin(
  left: QuotaAmount,
  wanted: readonly QuotaAmount[],
): { started: number; taken: QuotaAmount } {
  let taken: QuotaAmount = { tokens: 0, micros: 0 };
  let started = 0;
  for (const more of wanted) {
    if (taken.tokens >= left.tokens || taken.micros + more.micros > left.micros) break;
    started += 1;
    taken = sumOf([taken, more]);
  }
  return { started, taken };
}

function sumOf(amounts: readonly QuotaAmount[]): QuotaAmount {
  return {
    tokens: amounts.reduce((sum, { tokens }) => sum + tokens, 0),
    micros: amounts.reduce((sum, { micros }) => sum + micros, 0),
  };
}
