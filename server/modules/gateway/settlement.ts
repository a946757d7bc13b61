import type { Ctx } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { newId } from '../../kernel/id.ts';
import { together } from '../../kernel/together.ts';
import { recordUsage, type UsageRow } from '../billing/index.ts';
import { addKeyUse, type KeyUse, type QuotaAmount } from '../identity/index.ts';
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
      const uses = useByKey(isNew);
      await together<unknown[]>(
        ctx,
        ...(charges.length === 0 ? [] : [() => chargeUsage(ctx, charges)]),
        ...(uses.length === 0 ? [] : [() => addKeyUse(ctx, uses)]),
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

function useByKey(settlements: readonly Settlement[]): KeyUse[] {
  const useBy = new Map<string, KeyUse>();
  for (const settlement of settlements) {
    const { apiKeyId } = settlement.usage;
    const earlier = useBy.get(apiKeyId);
    const { tokens, micros } = countedUse(settlement);
    useBy.set(apiKeyId, {
      apiKeyId,
      tokens: (earlier?.tokens ?? 0) + tokens,
      micros: (earlier?.micros ?? 0n) + BigInt(micros),
    });
  }
  return [...useBy.values()];
}

/** What a request counts against the quotas of its key. */
export function countedUse({ tokens, usage }: Settlement): QuotaAmount {
  const micros = usage.lines.reduce((sum, { chargeMicros }) => sum + chargeMicros, 0n);
  return { tokens: tokens.input + tokens.output, micros: Number(micros) };
}
