import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { type Ctx, now } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { fenceErased, heldAccounts } from '../../kernel/erasure-fence.ts';
import { newId } from '../../kernel/id.ts';
import { authorize } from '../../declare/permissions.ts';
import { hourOf } from './period.ts';
import { closedUntil, shareOpenPeriod } from './progress.ts';
import { usageEvents, usageSums, type UsageOutcome } from './schema.ts';

/** How much was used of a meter, and what that came to. */
export interface UsageLine {
  readonly meter: string;
  readonly quantity: number;
  readonly chargeMicros: bigint;
}

export interface UsageRow {
  /** Of the request that was served: the same request recorded twice counts once. */
  readonly requestId: string;
  readonly tenantId: string;
  /** The person whose key was used. */
  readonly userId: string;
  readonly apiKeyId: string;
  readonly sku: string;
  readonly priceVersionId: string;
  /** At least one, and one per meter; their charges add up to the `priceMicros` of all at the price version. */
  readonly lines: readonly UsageLine[];
  readonly isEstimated: boolean;
  readonly isStreamed: boolean;
  readonly outcome: UsageOutcome;
  readonly startedAt: Date;
  readonly durationMs: number;
}

/**
 * Writes down served requests and their hourly sums. Call it first in the settlement transaction that charges for
 * them; what it answers is what was new and must be charged.
 * @returns the request ids that had not been recorded before.
 */
export async function recordUsage(ctx: Ctx, rows: readonly UsageRow[]): Promise<ReadonlySet<string>> {
  authorize(ctx, 'billing:record');
  if (rows.length === 0) return new Set();
  return inTransaction(ctx, 'settlement', async (ctx) => {
    await shareOpenPeriod(ctx);
    const closed = await closedUntil(ctx);
    const all = firstOfEach(rows);
    const erased = await fenceErased(
      ctx,
      all.map(({ userId }) => userId),
    );
    const newIds = await insertEvents(ctx, withoutErased(all, erased), closed);
    // The hours of an account that was an erased person's are kept as they were: no person sees them any more.
    const ofErased = all.filter(({ userId }) => erased.has(userId)).map(({ tenantId }) => tenantId);
    const held = await heldAccounts(ctx, [...new Set(ofErased)]);
    await addToSums(
      ctx,
      all.filter(({ requestId, tenantId }) => newIds.has(requestId) && !held.has(tenantId)),
    );
    return newIds;
  });
}

/**
 * An answer may end after its person was erased. The books need what it cost, and no longer whose it was: the row gets
 * an id without an owner.
 */
function withoutErased(rows: readonly UsageRow[], erased: ReadonlySet<string>): UsageRow[] {
  return rows.map((row) => (erased.has(row.userId) ? { ...row, userId: `erased-${randomUUID()}` } : row));
}

async function insertEvents(ctx: Ctx, rows: readonly UsageRow[], closed: Date): Promise<Set<string>> {
  // In one order everywhere: two unsorted batches with common ids would deadlock on the unique index.
  const sorted = [...rows].sort((a, b) => (a.requestId < b.requestId ? -1 : 1));
  const inserted = await ctx.db
    .insert(usageEvents)
    .values(
      sorted.map(({ lines, ...row }) => {
        const finishedAt = finishOf(row);
        const isLate = finishedAt < closed;
        return {
          ...row,
          id: newId('usage'),
          meters: lines.map(({ meter }) => meter),
          quantities: lines.map(({ quantity }) => BigInt(quantity)),
          chargesMicros: lines.map(({ chargeMicros }) => chargeMicros),
          chargeMicros: lines.reduce((sum, { chargeMicros }) => sum + chargeMicros, 0n),
          finishedAt,
          isLate,
          billableAt: isLate ? closed : finishedAt,
          createdAt: now(ctx),
        };
      }),
    )
    .onConflictDoNothing({ target: usageEvents.requestId })
    .returning({ requestId: usageEvents.requestId });
  return new Set(inserted.map(({ requestId }) => requestId));
}

async function addToSums(ctx: Ctx, rows: readonly UsageRow[]): Promise<void> {
  const sumByKey = new Map<string, typeof usageSums.$inferInsert>();
  for (const { tenantId, apiKeyId, sku, lines, isEstimated, ...row } of rows) {
    const hour = hourOf(finishOf(row)).from;
    const place = [tenantId, hour.toISOString(), apiKeyId, sku].join(' ');
    for (const { meter, quantity, chargeMicros } of lines) {
      const key = `${place} ${meter}`;
      const sum = sumByKey.get(key);
      sumByKey.set(key, {
        tenantId,
        hour,
        apiKeyId,
        sku,
        meter,
        quantity: (sum?.quantity ?? 0) + quantity,
        estimatedQuantity: (sum?.estimatedQuantity ?? 0) + (isEstimated ? quantity : 0),
        chargeMicros: (sum?.chargeMicros ?? 0n) + chargeMicros,
      });
    }
  }
  if (sumByKey.size === 0) return;
  await ctx.db
    .insert(usageSums)
    .values([...sumByKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => sum))
    .onConflictDoUpdate({
      target: [usageSums.tenantId, usageSums.hour, usageSums.apiKeyId, usageSums.sku, usageSums.meter],
      set: {
        quantity: sql`${usageSums.quantity} + excluded.quantity`,
        estimatedQuantity: sql`${usageSums.estimatedQuantity} + excluded.estimated_quantity`,
        chargeMicros: sql`${usageSums.chargeMicros} + excluded.charge_micros`,
      },
    });
}

/** A batch may hold a request twice, after a retry of its reporter. */
function firstOfEach(rows: readonly UsageRow[]): UsageRow[] {
  return [...new Map(rows.toReversed().map((row) => [row.requestId, row])).values()];
}

function finishOf({ startedAt, durationMs }: Pick<UsageRow, 'startedAt' | 'durationMs'>): Date {
  return new Date(startedAt.getTime() + durationMs);
}
