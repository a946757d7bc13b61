import { type SQL, sql } from 'drizzle-orm';
import { systemClock } from '../server/kernel/clock.ts';
import type { Ctx } from '../server/kernel/context.ts';
import { newId, newTimelessId } from '../server/kernel/id.ts';
import { sealRow, sealRows } from '../server/kernel/sealed-rows.ts';
import { accessLog } from '../server/modules/audit/schema.ts';
import { usageEvents } from '../server/modules/billing/schema.ts';
import { tenants, users } from '../server/modules/identity/schema.ts';
import { outbox } from '../server/modules/notifications/schema.ts';
import type { Installation } from './installation.ts';

type Owner = Installation['owner'];

export interface Person {
  readonly userId: string;
  readonly tenantId: string;
}

const rowsPerOther = 1_000;
const stretches = 50;
const rowsPerInsert = 500;

/**
 * Adds rows of others, and among them the rows of persons: each person comes and goes, so each has a number of stretches
 * between those of all others, as many and as long whatever the size of the whole.
 */
export async function addRows(
  { ctx, owner }: Installation,
  others: { readonly from: number; readonly to: number },
  persons: readonly Person[],
  rowsPerPerson: number,
): Promise<void> {
  const indexes = await dropIndexes(owner);
  const step = Math.ceil((others.to - others.from) / stretches);
  const share = Math.ceil(rowsPerPerson / stretches);
  for (let stretch = 0; stretch < stretches; stretch += 1) {
    const from = others.from + stretch * step;
    await addRowsOfOthers(owner, from, Math.min(from + step, others.to));
    for (const person of persons) await addRowsOfPerson(ctx, owner, person, share);
  }
  for (const index of indexes) await owner.execute(sql.raw(index));
  await owner.execute(sql`vacuum analyze`);
  await owner.execute(sql`checkpoint`);
}

/** What is no constraint is built at the end, which is several times quicker. @returns how to make them again. */
async function dropIndexes(owner: Owner): Promise<string[]> {
  const { rows } = await owner.execute<{ place: string; definition: string }>(sql`
    select i.indexrelid::regclass::text as place, pg_get_indexdef(i.indexrelid) as definition from pg_index i
    where i.indrelid in ('billing.usage_events'::regclass, 'audit.access_log'::regclass, 'notifications.outbox'::regclass) and not i.indisunique`);
  for (const { place } of rows) await owner.execute(sql.raw(`drop index ${place}`));
  return rows.map(({ definition }) => definition);
}

/** A person with an account, nothing else yet. */
export async function addPerson(ctx: Ctx, owner: Owner): Promise<Person> {
  const [userId, tenantId, createdAt] = [newTimelessId('user'), newTimelessId('tenant'), systemClock.now()];
  await owner.insert(tenants).values({ id: tenantId, kind: 'personal', status: 'active', createdAt });
  const name = userId.slice(-10);
  const row = {
    id: userId,
    tenantId,
    role: 'owner',
    username: name,
    email: `${name}@example.com`,
    phone: null,
    language: 'en',
    createdAt,
  } as const;
  await owner.insert(users).values(await sealRow(ctx, users, row));
  return { userId, tenantId };
}

/** Two in five are calls of models, two in five lines of the access log, one in five a message. */
async function addRowsOfPerson(ctx: Ctx, owner: Owner, person: Person, count: number): Promise<void> {
  const numbers = Array.from({ length: count }, (_, index) => index);
  const calls = numbers.filter((number) => number % 5 < 2).map((number) => callOf(person, number));
  const lines = numbers
    .filter((number) => number % 5 === 2 || number % 5 === 3)
    .map((number) => lineOf(person, number));
  const messages = numbers.filter((number) => number % 5 === 4).map((number) => messageOf(person, number));
  for (const batch of inBatches(calls)) await owner.insert(usageEvents).values(batch);
  for (const batch of inBatches(lines))
    await owner.insert(accessLog).values(await sealRows(ctx, accessLog, batch));
  for (const batch of inBatches(messages))
    await owner.insert(outbox).values(await sealRows(ctx, outbox, batch));
}

const userAgent =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36';
const text = 'Your balance is low. Top up so that your calls go on being answered. '.repeat(4);

function callOf({ userId, tenantId }: Person, number: number): typeof usageEvents.$inferInsert {
  const at = recently(number);
  return {
    id: newId('usage'),
    requestId: newId('req'),
    tenantId,
    userId,
    apiKeyId: 'key_bench',
    sku: 'candor-local',
    priceVersionId: 'price_bench',
    meters: ['gateway.calls', 'gateway.input-tokens', 'gateway.output-tokens'],
    quantities: [1n, BigInt(number), 10n],
    chargesMicros: [0n, 50n, 50n],
    chargeMicros: 100n,
    isEstimated: false,
    isStreamed: true,
    outcome: 'completed',
    startedAt: at,
    durationMs: 900,
    finishedAt: at,
    billableAt: at,
    isLate: false,
    createdAt: at,
  };
}

function lineOf({ userId, tenantId }: Person, number: number) {
  return {
    id: newId('access'),
    tenantId,
    userId,
    ip: '203.0.113.84',
    userAgent,
    method: 'GET',
    route: '/api/wallet/balance',
    status: 200,
    durationMs: 12,
    requestId: newId('req'),
    createdAt: recently(number),
  };
}

function messageOf({ userId, tenantId }: Person, number: number) {
  return {
    id: newId('msg'),
    tenantId,
    userId,
    channel: 'mail' as const,
    template: 'bench',
    recipient: 'somebody@example.com',
    subject: 'A message',
    body: text,
    status: 'sent' as const,
    createdAt: recently(number),
  };
}

/** Young enough for every term: nothing here is due. */
function recently(number: number): Date {
  return new Date(systemClock.now().getTime() - (number % 86_400) * 1_000);
}

function inBatches<Row>(rows: readonly Row[]): Row[][] {
  return Array.from({ length: Math.ceil(rows.length / rowsPerInsert) }, (_, index) =>
    rows.slice(index * rowsPerInsert, (index + 1) * rowsPerInsert),
  );
}

/** Made inside PostgreSQL: ids and envelopes of the right form that were never sealed. */
async function addRowsOfOthers(owner: Owner, from: number, to: number): Promise<void> {
  const numbers = (share: string) =>
    sql`generate_series(${sql.raw(String(from))}, ${sql.raw(String(to - 1))}) n, lateral (select now() - (n % 86400) * interval '1 second' as at, ${idOf('user', sql`n / ${sql.raw(String(rowsPerOther))}`)} as user_id, ${idOf('tenant', sql`n / ${sql.raw(String(rowsPerOther))}`)} as tenant_id) facts where n % 5 in (${sql.raw(share)})`;
  await owner.execute(sql`
    insert into billing.usage_events (id, request_id, tenant_id, user_id, api_key_id, sku, price_version_id, meters, quantities,
      charges_micros, charge_micros, is_estimated, is_streamed, outcome, started_at, duration_ms, finished_at, billable_at, is_late, created_at)
    select ${idOf('usage', sql`n`)}, ${idOf('req', sql`n`)}, tenant_id, user_id, 'key_bench', 'candor-local', 'price_bench',
      array['gateway.calls', 'gateway.input-tokens', 'gateway.output-tokens'], array[1, n % 5000, n % 700], array[0, 0, n % 9000], n % 9000, false, true, 'completed', at, 900, at, at, false, at from ${numbers('0, 1')}`);
  await owner.execute(sql`
    insert into audit.access_log (id, tenant_id, user_id, ip, user_agent, method, route, status, duration_ms, request_id, created_at)
    select ${idOf('access', sql`n`)}, tenant_id, user_id, ${envelope(2)}, ${envelope(6)}, 'GET', '/api/wallet/balance', 200, 12,
      ${idOf('req', sql`n`)}, at from ${numbers('2, 3')}`);
  await owner.execute(sql`
    insert into notifications.outbox (id, tenant_id, user_id, channel, template, recipient, subject, body, status, created_at)
    select ${idOf('msg', sql`n`)}, tenant_id, user_id, 'mail', 'bench', ${envelope(3)}, 'A message', ${envelope(14)}, 'sent', at from ${numbers('4')}`);
}

/** In order of the numbers, as real ids are in order of time. */
function idOf(prefix: string, number: SQL): SQL {
  const name = sql.raw(`'${prefix}_01'`);
  return sql`${name} || lpad(to_hex(${number}), 10, '0') || substr(md5(${name} || (${number})), 1, 14)`;
}

function envelope(lines: number): SQL {
  return sql`'s1.AQAAAAF' || repeat(md5(n::text), ${sql.raw(String(lines))})`;
}
