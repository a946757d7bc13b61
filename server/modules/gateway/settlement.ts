import type { Ctx } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { newId } from '../../kernel/id.ts';
import { together } from '../../kernel/together.ts';
import { recordUsage, type UsageRow } from '../billing/index.ts';
import { addTokensUsed } from '../identity/index.ts';
import { chargeUsage, type UsageCharge } from '../wallet/index.ts';
import type { LeaseSpending } from './wallet-leases.ts';

/** A finished request on its way into the books. */
export interface Settlement {
  readonly usage: UsageRow;
  /** What counts against the quota of the key. */
  readonly tokens: { readonly input: number; readonly output: number };
  readonly spendings: readonly LeaseSpending[];
}

/** The commit was sent and no answer came: only the next attempt tells whether it arrived. */
export class CommitInDoubt extends Error {}

/**
 * One transaction for usage, charges and quotas. What it charges follows from which rows were new, so a batch whose
 * first commit went through unnoticed is recorded and charged once.
 * @throws CommitInDoubt Any other error means that nothing was booked.
 */
export async function settle(ctx: Ctx, batch: readonly Settlement[]): Promise<void> {
  let hasReachedCommit = false;
  try {
    await inTransaction(ctx, 'settlement', async (ctx) => {
      const newIds = await recordUsage(
        ctx,
        batch.map(({ usage }) => usage),
      );
      const isNew = batch.filter(({ usage }) => newIds.has(usage.requestId));
      const charges = chargesOf(isNew);
      const tokens = tokensByKey(isNew);
      await together<unknown[]>(
        ctx,
        ...(charges.length === 0 ? [] : [() => chargeUsage(ctx, charges)]),
        ...(tokens.length === 0 ? [] : [() => addTokensUsed(ctx, tokens)]),
      );
      hasReachedCommit = true;
    });
  } catch (error) {
    if (hasReachedCommit) throw new CommitInDoubt('the commit was not answered', { cause: error });
    throw error;
  }
}

/** One charge per lease, however many requests spent from it. */
function chargesOf(settlements: readonly Settlement[]): UsageCharge[] {
  const chargeByLease = new Map<string, { tenantId: string; micros: bigint }>();
  for (const { usage, spendings } of settlements) {
    for (const { leaseId, micros } of spendings) {
      const earlier = chargeByLease.get(leaseId)?.micros ?? 0n;
      chargeByLease.set(leaseId, { tenantId: usage.tenantId, micros: earlier + micros });
    }
  }
  return [...chargeByLease].map(([holdId, { tenantId, micros }]) => {
    const chargeId = newId('tr');
    return {
      chargeId,
      tenantId,
      holdId,
      amountMicros: micros,
      to: 'revenue:models',
      refType: 'model_usage',
      refId: holdId,
    };
  });
}

function tokensByKey(settlements: readonly Settlement[]): { apiKeyId: string; tokens: number }[] {
  const tokensBy = new Map<string, number>();
  for (const { usage, tokens } of settlements)
    tokensBy.set(usage.apiKeyId, (tokensBy.get(usage.apiKeyId) ?? 0) + tokens.input + tokens.output);
  return [...tokensBy].map(([apiKeyId, tokens]) => ({ apiKeyId, tokens }));
}
