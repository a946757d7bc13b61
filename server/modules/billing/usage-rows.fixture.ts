// What the tests of billing share: usage as the gateway reports it.
import { asSystem, type Ctx, tenantOf } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { newId, newTimelessId } from '../../kernel/id.ts';
import type { Database } from '../../testing/test.ts';
import { chargeUsage } from '../wallet/index.ts';
import { listBills } from './bills.ts';
import { recordUsage, settleHours, type UsageLine, type UsageRow } from './index.ts';

/** A call of one priced meter. */
export function spent(chargeMicros: bigint, quantity = 15): UsageLine[] {
  return [
    { meter: 'gateway.calls', quantity: 1, chargeMicros: 0n },
    { meter: 'gateway.output-tokens', quantity, chargeMicros },
  ];
}

export function usage(ctx: Ctx, finishedAt: Date, changes: Partial<UsageRow> = {}): UsageRow {
  return {
    requestId: newId('req'),
    tenantId: tenantOf(ctx),
    userId: newTimelessId('user'),
    apiKeyId: 'key_a',
    sku: 'small',
    priceVersionId: 'price_a',
    lines: spent(100n),
    isEstimated: false,
    isStreamed: false,
    outcome: 'completed',
    startedAt: new Date(finishedAt.getTime() - 500),
    durationMs: 500,
    endpoint: 'chat/completions',
    firstByteMs: null,
    ...changes,
  };
}

/**
 * Settling never goes back and a month is counted once, so a test at an instant of its own begins where nothing was used,
 * settled or counted. Rules that keep such rows are switched off for it.
 */
export async function settleNothing({ admin }: Database): Promise<void> {
  await admin.query(`begin; set local session_replication_role = replica;
    delete from billing.usage_events; delete from billing.progress;
    delete from billing.usage_statistics; delete from billing.statistics_months; commit`);
}

export const record = (ctx: Ctx, rows: readonly UsageRow[]) => recordUsage(asSystem(ctx, 'test'), rows);
/** What the gateway does: record, and charge for what was new, in one transaction. */
export async function recordAndCharge(ctx: Ctx, row: UsageRow): Promise<void> {
  await inTransaction(asSystem(ctx, 'test'), 'settlement', async (settlement) => {
    if (!(await recordUsage(settlement, [row])).has(row.requestId)) return;
    await chargeUsage(settlement, [
      {
        chargeId: row.requestId,
        tenantId: row.tenantId,
        holdId: null,
        amountMicros: sum(row.lines.map(({ chargeMicros }) => chargeMicros)),
        to: 'revenue:models',
        refType: 'usage',
        refId: row.requestId,
      },
    ]);
  });
}
export const settle = (ctx: Ctx, until: Date) => settleHours(asSystem(ctx, 'test'), { until });
export const at = (text: string) => new Date(text);
export const bills = async (ctx: Ctx) => (await listBills(ctx, { limit: 200 })).items;
export const sum = (values: readonly bigint[]) => values.reduce((total, value) => total + value, 0n);
