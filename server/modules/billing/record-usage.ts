import { randomUUID } from 'node:crypto';
import { type Ctx, now } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { fenceErased, heldAccounts } from '../../kernel/erasure-fence.ts';
import { newId } from '../../kernel/id.ts';
import { insertMany } from '../../kernel/insert-many.ts';
import { together } from '../../kernel/together.ts';
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
  /** That was called, as its product names it. */
  readonly endpoint: string | null;
  /** Until the first piece of a streamed answer went out. */
  readonly firstByteMs: number | null;
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
    const all = firstOfEach(rows);
    const persons = all.map(({ userId }) => userId);
    const [, closed, erased] = await together<[unknown, Date, ReadonlySet<string>]>(
      ctx,
      () => shareOpenPeriod(ctx),
      () => closedUntil(ctx),
      () => fenceErased(ctx, persons),
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

/** How the person of a row begins whose person was erased before it was written. */
export const withoutOwner = 'erased-';

/**
 * An answer may end after its person was erased. The books need what it cost, and no longer whose it was: the row gets
 * an id without an owner.
 */
function withoutErased(rows: readonly UsageRow[], erased: ReadonlySet<string>): UsageRow[] {
  return rows.map((row) =>
    erased.has(row.userId) ? { ...row, userId: `${withoutOwner}${randomUUID()}` } : row,
  );
}

async function insertEvents(ctx: Ctx, rows: readonly UsageRow[], closed: Date): Promise<Set<string>> {
  // In one order everywhere: two unsorted batches with common ids would deadlock on the unique index.
  const sorted = [...rows].sort((a, b) => (a.requestId < b.requestId ? -1 : 1));
  const inserted = await insertMany<typeof usageEvents, { request_id: string }>(
    ctx,
    usageEvents,
    sorted.map(({ lines, ...row }) => {
      const finishedAt = finishOf(row);
      const isLate = finishedAt < closed;
      return {
        id: newId('usage'),
        meters: lines.map(({ meter }) => meter),
        quantities: lines.map(({ quantity }) => BigInt(quantity)),
        chargesMicros: lines.map(({ chargeMicros }) => chargeMicros),
        chargeMicros: lines.reduce((sum, { chargeMicros }) => sum + chargeMicros, 0n),
        finishedAt,
        isLate,
        billableAt: isLate ? closed : finishedAt,
        createdAt: now(ctx),
        ...row,
      };
    }),
    'on conflict (request_id) do nothing returning request_id',
  );
  return new Set(inserted.map(({ request_id: requestId }) => requestId));
}

async function addToSums(ctx: Ctx, rows: readonly UsageRow[]): Promise<void> {
  const sumByKey = new Map<string, typeof usageSums.$inferInsert>();
  for (const row of rows) {
    const { tenantId, apiKeyId, sku, lines, isEstimated } = row;
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
  await insertMany(
    ctx,
    usageSums,
    [...sumByKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => sum),
    `on conflict (tenant_id, hour, api_key_id, sku, meter) do update set
      quantity = usage_sums.quantity + excluded.quantity,
      estimated_quantity = usage_sums.estimated_quantity + excluded.estimated_quantity,
      charge_micros = usage_sums.charge_micros + excluded.charge_micros`,
  );
}

/** A batch may hold a request twice, after a retry of its reporter. */
function firstOfEach(rows: readonly UsageRow[]): UsageRow[] {
  return [...new Map(rows.toReversed().map((row) => [row.requestId, row])).values()];
}

function finishOf({ startedAt, durationMs }: Pick<UsageRow, 'startedAt' | 'durationMs'>): Date {
  return new Date(startedAt.getTime() + durationMs);
}
