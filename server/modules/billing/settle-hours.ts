import { and, asc, eq, gte, lt, sql } from 'drizzle-orm';
import { asSystem, type Ctx, now } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { newId } from '../../kernel/id.ts';
import { splitCents } from '../../kernel/money.ts';
import { authorize } from '../../declare/permissions.ts';
import { audit } from '../audit/index.ts';
import { bucketSql, hourOf, monthOf, type Period } from './period.ts';
import { markSettled, nextPeriod } from './progress.ts';
import { billedTenants, billRows, usageEvents } from './schema.ts';

export interface Settlement {
  /** Usage before this instant is on bills. */
  readonly settledUntil: Date;
  readonly tenants: number;
  readonly billRows: number;
}

/** Usage of one account in one clock hour, of one model at one price. */
interface HourSum {
  readonly tenantId: string;
  readonly hour: Date;
  readonly modelId: string;
  readonly priceVersionId: string;
  readonly isLate: boolean;
  readonly requests: number;
  readonly tokens: number;
  readonly listMicros: bigint;
}

/**
 * Puts everything used before `until` on bills, first what an interrupted run has left. Each account is billed in a
 * transaction of its own, so this may be killed on any line and run again, also twice at once. Usage that is reported
 * later goes to the next rows, marked.
 */
export async function settleHours(ctx: Ctx, { until }: { until: Date }): Promise<Settlement> {
  authorize(ctx, 'billing:settle');
  const end = earlier(until, now(ctx));
  let [tenants, rows] = [0, 0];
  for (;;) {
    const period = await inTransaction(ctx, 'settlement', (ctx) => nextPeriod(ctx, end));
    if (period === null) return { settledUntil: end, tenants, billRows: rows };
    const billed = await settlePeriod(ctx, period);
    tenants += billed.tenants;
    rows += billed.billRows;
  }
}

async function settlePeriod(ctx: Ctx, period: Period): Promise<{ tenants: number; billRows: number }> {
  const sumsByTenant = byTenant(await inTransaction(ctx, 'settlement', (ctx) => sumHours(ctx, period)));
  let written = 0;
  for (const [tenantId, sums] of sumsByTenant)
    written += await billTenant(asSystem(ctx, 'billing', tenantId), tenantId, period, sums);
  await inTransaction(ctx, 'settlement', async (ctx) => {
    if (!(await markSettled(ctx, period.until))) return;
    await audit(ctx, 'billing.settled', null, null, {
      until: period.until.toISOString(),
      tenants: sumsByTenant.size,
      billRows: written,
    });
  });
  return { tenants: sumsByTenant.size, billRows: written };
}

/** The period is closed, so what is read here can no longer grow. */
async function sumHours(ctx: Ctx, period: Period): Promise<HourSum[]> {
  const hour = bucketSql('hour', usageEvents.billableAt);
  return ctx.db
    .select({
      tenantId: usageEvents.tenantId,
      hour: hour.as('hour'),
      modelId: usageEvents.modelId,
      priceVersionId: usageEvents.priceVersionId,
      isLate: usageEvents.isLate,
      requests: sql<number>`count(*)`.mapWith(Number),
      tokens: sql<number>`sum(${usageEvents.inputTokens} + ${usageEvents.outputTokens})`.mapWith(Number),
      listMicros: sql<bigint>`sum(${usageEvents.chargeMicros})`.mapWith(BigInt),
    })
    .from(usageEvents)
    .where(and(gte(usageEvents.billableAt, period.from), lt(usageEvents.billableAt, period.until)))
    .groupBy(
      usageEvents.tenantId,
      sql`hour`,
      usageEvents.modelId,
      usageEvents.priceVersionId,
      usageEvents.isLate,
    )
    .orderBy(
      asc(usageEvents.tenantId),
      sql`hour`,
      usageEvents.modelId,
      usageEvents.priceVersionId,
      usageEvents.isLate,
    );
}

function byTenant(sums: readonly HourSum[]): Map<string, HourSum[]> {
  const groups = new Map<string, HourSum[]>();
  for (const sum of sums) {
    const group = groups.get(sum.tenantId);
    if (group === undefined) groups.set(sum.tenantId, [sum]);
    else group.push(sum);
  }
  return groups;
}

async function billTenant(
  ctx: Ctx,
  tenantId: string,
  period: Period,
  sums: readonly HourSum[],
): Promise<number> {
  return inTransaction(ctx, 'settlement', async (ctx) => {
    await ctx.db.insert(billedTenants).values({ tenantId, carryMicros: 0n }).onConflictDoNothing();
    const [tenant] = await ctx.db
      .select()
      .from(billedTenants)
      .where(eq(billedTenants.tenantId, tenantId))
      .for('update');
    if (tenant === undefined) throw new Error('an account to bill is not there');
    if (tenant.billedUntil !== null && tenant.billedUntil >= period.until) return 0;
    const { rows, carryMicros } = billOf(sums, period, tenant.carryMicros);
    await ctx.db
      .insert(billRows)
      .values(rows.map((row) => ({ ...row, id: newId('bill'), createdAt: now(ctx) })));
    await ctx.db
      .update(billedTenants)
      .set({ billedUntil: period.until, carryMicros })
      .where(eq(billedTenants.tenantId, tenantId));
    return rows.length;
  });
}

/**
 * Bill rows of one account. List prices are exact; cash is whole cents, and what is below a cent is carried from row
 * to row (D-BIL-4): all cash ever billed plus the last carry is all list price ever billed.
 */
export function billOf(sums: readonly HourSum[], period: Period, carryBeforeMicros: bigint) {
  let carryMicros = carryBeforeMicros;
  const rows = sums.map(
    ({ tenantId, hour, modelId, priceVersionId, isLate, requests, tokens, listMicros }) => {
      const { centsMicros, restMicros } = splitCents(listMicros + carryMicros);
      carryMicros = restMicros;
      const clockHour = hourOf(hour);
      return {
        tenantId,
        periodStart: later(clockHour.from, period.from),
        periodEnd: earlier(clockHour.until, period.until),
        month: monthOf(hour),
        product: 'models',
        resourceId: modelId,
        billingItem: 'tokens',
        priceVersionId,
        isLate,
        requests,
        quantity: tokens,
        unit: 'tokens',
        listMicros,
        cashMicros: centsMicros,
        carriedMicros: restMicros,
      };
    },
  );
  return { rows, carryMicros };
}

function earlier(a: Date, b: Date): Date {
  return a < b ? a : b;
}

function later(a: Date, b: Date): Date {
  return a > b ? a : b;
}
