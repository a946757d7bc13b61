import { and, eq, gte, lt, sql } from 'drizzle-orm';
import { asSystem, type Ctx, now } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { newId } from '../../kernel/id.ts';
import { splitCents } from '../../kernel/money.ts';
import type { Meter, Meters } from '../../declare/meter.ts';
import { authorize } from '../../declare/permissions.ts';
import { audit } from '../audit/index.ts';
import { bucketSql, hourOf, monthOf, type Period } from './period.ts';
import { markSettled, nextPeriod } from './progress.ts';
import { billedTenants, billRows, usageEvents } from './schema.ts';
import { usageLines } from './usage-lines.ts';

export interface Settlement {
  /** Usage before this instant is on bills. */
  readonly settledUntil: Date;
  readonly tenants: number;
  readonly billRows: number;
}

/** Usage of one account in one clock hour, of one meter of one SKU at one price. */
interface HourSum {
  readonly tenantId: string;
  readonly hour: Date;
  readonly sku: string;
  readonly meter: string;
  readonly priceVersionId: string;
  readonly isLate: boolean;
  readonly requests: number;
  readonly quantity: number;
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
  const sumsByTenant = byTenant(
    (await inTransaction(ctx, 'settlement', (ctx) => sumHours(ctx, period))).filter((sum) =>
      isBilled(ctx.product.meters, sum),
    ),
  );
  let written = 0;
  for (const [tenantId, sums] of sumsByTenant)
    written += await billTenant(asSystem(ctx, 'billing', tenantId), tenantId, period, sums);
  await inTransaction(ctx, 'settlement', async (ctx) => {
    if (!(await markSettled(ctx, period.until))) return;
    await audit(ctx, 'billing.settled', {
      targetId: null,
      subjectId: null,
      details: {
        until: period.until.toISOString(),
        tenants: sumsByTenant.size,
        billRows: written,
      },
    });
  });
  return { tenants: sumsByTenant.size, billRows: written };
}

/** The period is closed, so what is read here can no longer grow. */
async function sumHours(ctx: Ctx, period: Period): Promise<HourSum[]> {
  const hour = bucketSql('hour', usageEvents.billableAt);
  const group = [
    usageEvents.tenantId,
    sql`hour`,
    usageEvents.sku,
    sql`line.meter`,
    usageEvents.priceVersionId,
    usageEvents.isLate,
  ] as const;
  return ctx.db
    .select({
      tenantId: usageEvents.tenantId,
      hour: hour.as('hour'),
      sku: usageEvents.sku,
      meter: sql<string>`line.meter`,
      priceVersionId: usageEvents.priceVersionId,
      isLate: usageEvents.isLate,
      requests: sql<number>`count(*)`.mapWith(Number),
      quantity: sql<number>`sum(line.quantity)`.mapWith(Number),
      listMicros: sql<bigint>`sum(line.charge_micros)`.mapWith(BigInt),
    })
    .from(usageEvents)
    .innerJoinLateral(usageLines, sql`true`)
    .where(and(gte(usageEvents.billableAt, period.from), lt(usageEvents.billableAt, period.until)))
    .groupBy(...group)
    .orderBy(...group);
}

/** A meter that may be free is on no bill while it is. */
function isBilled(meters: Meters, { meter, listMicros }: HourSum): boolean {
  return listMicros > 0n || meterOf(meters, meter).withoutPrice !== 'free';
}

/**
 * @throws for a meter that only a newer release knows: better no bill yet, until one of its processes makes it, than one
 * under a wrong heading.
 */
function meterOf(meters: Meters, name: string): Meter {
  const meter = meters.get(name);
  if (meter === undefined) throw new Error(`usage of the unknown meter ${name}`);
  return meter;
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
    const { rows, carryMicros } = billOf(ctx.product.meters, sums, period, tenant.carryMicros);
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
export function billOf(meters: Meters, sums: readonly HourSum[], period: Period, carryBeforeMicros: bigint) {
  let carryMicros = carryBeforeMicros;
  const rows = sums.map(({ hour, sku, meter: name, listMicros, ...sum }) => {
    const { centsMicros, restMicros } = splitCents(listMicros + carryMicros);
    carryMicros = restMicros;
    const clockHour = hourOf(hour);
    const meter = meterOf(meters, name);
    return {
      ...sum,
      periodStart: later(clockHour.from, period.from),
      periodEnd: earlier(clockHour.until, period.until),
      month: monthOf(hour),
      product: meter.product.name,
      resourceId: sku,
      billingItem: name,
      unit: meter.unit.name,
      listMicros,
      cashMicros: centsMicros,
      carriedMicros: restMicros,
    };
  });
  return { rows, carryMicros };
}

function earlier(a: Date, b: Date): Date {
  return a < b ? a : b;
}

function later(a: Date, b: Date): Date {
  return a > b ? a : b;
}
