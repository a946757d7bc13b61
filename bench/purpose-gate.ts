import { desc, eq, sql } from 'drizzle-orm';
import pg from 'pg';
import type { Ctx } from '../server/kernel/context.ts';
import { type Db, inTransaction } from '../server/kernel/db.ts';
import { newTimelessId } from '../server/kernel/id.ts';
import { usageEvents } from '../server/modules/billing/schema.ts';
import type { Purpose } from '../server/declare/policy.ts';
import { type Installation, withInstallation } from './installation.ts';
import { median, medianMs, print, takeTurns, type Timing } from './measure.ts';

const rounds = 400;
const tenants = 200;
const rowsPerTenant = 500;
const pageSize = 20;

/** What a purpose costs a request: round trips, time against the same without purposes, and row policies per row. */
export async function bench(): Promise<void> {
  await withInstallation(async (installation) => {
    process.stdout.write(`${installation.version}, medians of ${rounds} rounds in turns\n\n`);
    const tenantId = await fill(installation);
    await benchGate(installation, tenantId);
    await benchPolicies(installation, tenantId);
  }, 1);
}

async function benchGate({ ctx, owner }: Installation, tenantId: string): Promise<void> {
  const ofTenant = { ...ctx, tenantId };
  const nothing = sql`select 1`;
  const contestants = {
    roundTrip: () => owner.execute(nothing),
    emptyPlain: () => owner.transaction((db) => db.execute(nothing)),
    emptyGated: () => inTransaction(ofTenant, 'billing', ({ db }) => db.execute(nothing)),
    plain: () => owner.transaction((db) => listPage(db, tenantId)),
    gated: () => inTransaction(ofTenant, 'billing', ({ db }) => listPage(db, tenantId)),
  };
  const plainTrips = await countRoundTrips(owner, contestants.plain);
  const gatedTrips = await countRoundTrips(ctx.db, contestants.gated);
  const timings = await takeTurns(contestants, rounds);
  const roundTripMs = medianMs(timings.roundTrip);
  const gateMs = median(timings.emptyGated.map(({ ms }, round) => ms - (timings.emptyPlain[round]?.ms ?? 0)));
  process.stdout.write('a transaction, alone and with a page of usage\n');
  print('an empty round trip', inMicros(timings.roundTrip));
  print('empty, as the owner', inMicros(timings.emptyPlain), `${plainTrips} round trips`);
  print('empty, as the purpose billing', inMicros(timings.emptyGated), `${gatedTrips} round trips`);
  print('a page, as the owner', inMicros(timings.plain));
  print('a page, as the purpose billing', inMicros(timings.gated), ratioOf(timings.gated, timings.plain));
  print(
    'the gate is',
    `${gatedTrips - plainTrips} more round trips`,
    `${(gateMs / roundTripMs).toFixed(2)} of the time of one\n`,
  );
}

/** The same statement inside one open transaction: what the row policies alone cost. */
async function benchPolicies(installation: Installation, tenantId: string): Promise<void> {
  const { ctx, owner } = installation;
  const cases = [
    { name: `a page of ${pageSize} rows`, query: (db: Db) => listPage(db, tenantId) },
    { name: `a sum over ${rowsPerTenant} rows`, query: (db: Db) => sumUp(db, tenantId) },
  ];
  for (const { name, query } of cases) {
    const byOwner = await timeAsOwner(owner, query);
    process.stdout.write(`${name}, inside a transaction\n`);
    print('as the owner', inMicros(byOwner));
    for (const [purpose, scope] of readers) {
      const timings = await timeAsPurpose({ ...ctx, tenantId }, purpose, query);
      print(`as ${purpose}, ${scope}`, inMicros(timings), ratioOf(timings, byOwner));
    }
  }
}

const readers: readonly (readonly [Purpose, string])[] = [
  ['settlement', 'all accounts'],
  ['billing', 'one account, none erased'],
];

async function timeAsOwner(
  owner: Installation['owner'],
  query: (db: Db) => Promise<unknown>,
): Promise<readonly Timing[]> {
  let timings: readonly Timing[] = [];
  await owner.transaction(async (db) => {
    timings = (await takeTurns({ query: () => query(db as unknown as Db) }, rounds)).query;
  });
  return timings;
}

async function timeAsPurpose(
  ctx: Ctx,
  purpose: Purpose,
  query: (db: Db) => Promise<unknown>,
): Promise<readonly Timing[]> {
  return inTransaction(ctx, purpose, async ({ db }) => {
    const timings = await takeTurns({ query: () => query(db) }, rounds);
    return timings.query;
  });
}

function listPage(db: Pick<Db, 'select'>, tenantId: string) {
  return db
    .select({ id: usageEvents.id, modelId: usageEvents.modelId, chargeMicros: usageEvents.chargeMicros })
    .from(usageEvents)
    .where(eq(usageEvents.tenantId, tenantId))
    .orderBy(desc(usageEvents.finishedAt), desc(usageEvents.id))
    .limit(pageSize);
}

function sumUp(db: Pick<Db, 'select'>, tenantId: string) {
  return db
    .select({ sum: sql<string>`sum(${usageEvents.chargeMicros})` })
    .from(usageEvents)
    .where(eq(usageEvents.tenantId, tenantId));
}

/** Of a pool with one connection. The driver sends the parts of a statement together, so a call is a round trip. */
async function countRoundTrips(db: Db, work: () => Promise<unknown>): Promise<number> {
  const pool = db.$client;
  if (!(pool instanceof pg.Pool)) throw new Error('only a pool can be counted');
  const client = await pool.connect();
  client.release();
  const query = client.query.bind(client);
  let count = 0;
  client.query = (...parameters: unknown[]) => {
    count += 1;
    return Reflect.apply(query, client, parameters) as never;
  };
  await work();
  client.query = query;
  return count;
}

/** Usage of many accounts, of which the returned one is asked for. Some of the persons are restricted. */
async function fill({ owner }: Installation): Promise<string> {
  const tenantId = newTimelessId('tenant');
  await owner.execute(sql`
    insert into billing.usage_events
    select 'usage_' || md5(n || ':' || t), 'req_' || md5(n || ':' || t), case when t = 1 then ${tenantId} else 'tenant_' || t end,
      'user_' || t, 'key_' || t, 'candor-local', 'price_1', 12, 34, 56, false, false, 'completed', at, 800, at, at, false, at
    from generate_series(1, ${tenants}) t, generate_series(1, ${rowsPerTenant}) n,
      lateral (select now() - n * interval '1 minute' as at) times`);
  await owner.execute(sql`vacuum analyze`);
  return tenantId;
}

function ratioOf(timings: readonly Timing[], base: readonly Timing[]): string {
  return `ratio ${(medianMs(timings) / medianMs(base)).toFixed(2)}`;
}

function inMicros(timings: readonly Timing[]): string {
  return `${Math.round(medianMs(timings) * 1000)} µs`.padStart(8);
}
