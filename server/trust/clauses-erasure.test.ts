import {
  publicKeySet,
  type RetentionRule,
  retentionRules,
  type TableEntry,
  verifyCertificate,
} from '@candor/privacy-engine';
import { sql } from 'drizzle-orm';
import type pg from 'pg';
import { expect } from 'vitest';
import { type ConsentPurpose, consentPurposes } from '../declare/policy.ts';
import { consentTo } from '../testing/consents.fixture.ts';
import { databaseOptions } from '../kernel/database-options.ts';
import { inTransaction } from '../kernel/db.ts';
import { createCandor } from '../candor.ts';
import { runJobNow } from '../kernel/jobs.ts';
import { erasureGrounds } from '../modules/privacy/erasure/confirm-erasure.ts';
import { runErasure } from '../modules/privacy/erasure/index.ts';
import { registry } from '../testing/registry.ts';
import { aPerson, goodPassword, type Person } from '../testing/factories.ts';
import { type Cloud, test } from '../testing/gateway.ts';
import { workQueue } from '../testing/work-queue.ts';

/** Clauses of the policies about what goes, what stays, and when. */

interface Preview {
  readonly promiseHash: string;
  readonly erased: readonly { table: string; rows: number; how: string }[];
  readonly held: readonly { table: string; rows: number; law: string; until: string }[];
  readonly balanceMicros: number;
}
interface Statement {
  readonly erased: readonly { table: string; cells: { column: string; how: string }[] }[];
  readonly held: readonly { table: string; cells: { law: string; until: string }[] }[];
}

const dayMs = 24 * 60 * 60 * 1000;

async function previewOf(person: Person): Promise<Preview> {
  const answer = await person.call('POST', '/api/privacy/erasure/preview?lang=en');
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json<Preview>();
}

function confirm(person: Person, wishes: object) {
  const body = { proof: { password: goodPassword }, ...wishes };
  return person.call('POST', '/api/privacy/erasure/confirm', body);
}

/** Erases a person whole. @returns what the certificate says. */
async function erase({ app, system }: Cloud, person: Person): Promise<Statement> {
  const { promiseHash } = await previewOf(person);
  const answer = await confirm(person, { promiseHash });
  expect(answer.statusCode, answer.body).toBe(202);
  const { erasureId, reference } = answer.json<{ erasureId: string; reference: string }>();
  expect(await runErasure(system, erasureId)).toBe('certified');
  const url = '/api/privacy/erasure/certificate';
  const { certificate } = (await app.inject({ method: 'POST', url, payload: { reference } })).json<{
    certificate: string;
  }>();
  const reading = await verifyCertificate(certificate, publicKeySet(system.signingKey));
  if (!reading.isGenuine) throw new Error('the certificate is not genuine');
  return reading.payload as unknown as Statement;
}

async function count(admin: pg.Pool, statement: string, parameters: unknown[] = []): Promise<number> {
  const { rows } = await admin.query<{ count: bigint }>(statement, parameters);
  return Number(rows[0]?.count);
}

test('DRUN-7.3 LAW-10 FC-6.2.1 cancelling takes effect in the answer, without a waiting period, only as it was shown, and takes back every consent', async ({
  cloud,
}) => {
  const customer = await cloud.customer(100_000_000n);
  const { person, secret } = customer;
  for (const purpose of consentPurposes) await consentTo(person, purpose);
  const isSeenBy = (purpose: ConsentPurpose) =>
    inTransaction(cloud.system, purpose, async ({ db }) => {
      const table = purpose === 'marketing' ? sql`identity.users` : sql`billing.usage_events`;
      const column = purpose === 'marketing' ? sql`id` : sql`user_id`;
      const { rows } = await db.execute(sql`select 1 from ${table} where ${column} = ${person.user.id}`);
      return rows.length > 0;
    });
  await cloud.app.inject({
    method: 'POST',
    url: '/v1/chat/completions',
    headers: { authorization: `Bearer ${secret}` },
    payload: { model: cloud.modelId, messages: [{ role: 'user', content: 'Hello' }] },
  });
  await cloud.usage(customer, 1);
  for (const purpose of consentPurposes) expect(await isSeenBy(purpose), purpose).toBe(true);
  const { promiseHash, balanceMicros } = await previewOf(person);
  const otherwise = await confirm(person, { promiseHash: `${promiseHash}x` });
  expect(otherwise.json()).toMatchObject({ code: 'privacy.erasure_plan_changed' });
  const wishes = { promiseHash, acknowledgedBalanceMicros: balanceMicros };
  expect((await confirm(person, wishes)).statusCode).toBe(202);
  expect((await person.call('GET', '/api/identity/me')).statusCode).toBe(401);
  const models = { url: '/v1/models', headers: { authorization: `Bearer ${secret}` } };
  expect((await cloud.app.inject(models)).statusCode).toBe(401);
  for (const purpose of consentPurposes) expect(await isSeenBy(purpose), purpose).toBe(false);
});

test('FC-6.1.2.1-8 every ground of deletion is accepted, and none needs a proof', async ({
  app,
  database,
}) => {
  expect(erasureGrounds).toHaveLength(8);
  for (const ground of erasureGrounds) {
    const person = await aPerson(app);
    const { promiseHash } = await previewOf(person);
    const answer = await confirm(person, { promiseHash, ground });
    expect({ ground, status: answer.statusCode }).toEqual({ ground, status: 202 });
    const { rows } = await database.admin.query('select ground from privacy.erasures where id = $1', [
      answer.json<{ erasureId: string }>().erasureId,
    ]);
    expect(rows, 'under which ground it stands').toEqual([{ ground }]);
  }
});

test('DRUN-3.2.f after an erasure the sums of usage are unchanged, billing sees none of its calls, and both go on their day', async ({
  cloud,
  database,
  clock,
}) => {
  const customer = await cloud.customer(100_000_000n);
  const { person, client } = customer;
  const messages = [{ role: 'user' as const, content: 'Hello' }];
  await client.chat.completions.create({ model: cloud.modelId, messages });
  await cloud.usage(customer, 1);
  const sumsOf = async () =>
    (
      await database.admin.query(
        'select hour, sku, meter, quantity, charge_micros from billing.usage_sums where tenant_id = $1',
        [person.tenant.id],
      )
    ).rows;
  const ofBilling = { ...cloud.system, tenantId: person.tenant.id };
  const seenByBilling = () =>
    inTransaction(ofBilling, 'billing', async ({ db }) => {
      const { rows } = await db.execute(sql`select id from billing.usage_events`);
      return rows.length;
    });
  expect(await seenByBilling()).toBe(1);
  const sums = await sumsOf();
  expect(sums).toHaveLength(3);
  const { promiseHash, ...preview } = (
    await person.call('POST', '/api/privacy/erasure/preview?lang=en')
  ).json<Preview>();
  const answer = await confirm(person, { promiseHash, acknowledgedBalanceMicros: preview.balanceMicros });
  expect(answer.statusCode, answer.body).toBe(202);
  await runErasure(cloud.system, answer.json<{ erasureId: string }>().erasureId);
  expect(await sumsOf()).toEqual(sums);
  const all = 'select count(*) from billing.usage_events where user_id = $1';
  expect(await count(database.admin, all, [person.user.id])).toBe(1);
  expect(await seenByBilling()).toBe(0);
  clock.advanceMs(3 * 366 * dayMs);
  await runJobNow(cloud.system, 'privacy.sweep', {});
  expect(await count(database.admin, all, [person.user.id])).toBe(0);
  // When a person worked, hour by hour, is theirs as much as the calls are.
  expect(await sumsOf()).toEqual([]);
});

const rules = retentionRules(registry, databaseOptions.restrictionTable);

test('DRUN-4.a FC-3.2.2.a every personal datum has an end, and something that carries it out', () => {
  const ended = new Set(
    rules.flatMap((rule) => placesOf(rule.table, rule.name.slice(rule.name.lastIndexOf('.') + 1).split(','))),
  );
  for (const table of registry.tables) {
    for (const { name, datum } of table.columns) {
      if (datum === null) continue;
      expect(datum.keep.max).toMatch(/^P/);
      const endsWithAccount = datum.keep.from === 'account.closed';
      const [place = ''] = placesOf(table, [name]);
      expect({ place, hasEnd: endsWithAccount || ended.has(place) }).toEqual({ place, hasEnd: true });
    }
  }
});

function placesOf({ schema, name }: TableEntry, columns: readonly string[]): string[] {
  return columns.map((column) => `${schema}.${name}.${column}`);
}

test('DRUN-4.b CHIPL-1.5.a what reached its end is gone within the minute, and the evidence counts what PostgreSQL counted', async ({
  cloud,
  database,
  clock,
}) => {
  const customer = await cloud.customer(100_000_000n);
  await customer.client.chat.completions.create({
    model: cloud.modelId,
    messages: [{ role: 'user', content: 'Hello' }],
  });
  await cloud.usage(customer, 1);
  // Closing writes what is buffered.
  cloud.app.server.closeAllConnections();
  await cloud.app.close();
  const ceilings = rules.filter(({ kind, verb }) => kind === 'ceiling' && verb === 'delete');
  const lived = new Date(clock.now().getTime() + dayMs);
  clock.advanceMs(11 * 366 * dayMs);
  const before = new Map<RetentionRule, number>();
  for (const rule of ceilings) {
    const { schema, name } = rule.table;
    before.set(rule, await count(database.admin, `select count(*) from ${schema}.${name}`));
  }
  expect([...before.values()].filter((rows) => rows > 0).length).toBeGreaterThan(3);
  expect(createCandor().jobs.find('privacy.sweep')?.cron, 'every minute').toBe('* * * * *');
  await workQueue(database, cloud.system, ['privacy.sweep']);
  for (const rule of rules.filter(({ kind, verb }) => kind === 'ceiling' && verb === 'change')) {
    const { schema, name } = rule.table;
    for (const { column } of rule.columns.filter(({ fate }) => ['null', 'tombstone'].includes(fate.verb))) {
      const left = await count(
        database.admin,
        `select count(*) from ${schema}.${name} where ${column.name} is not null and ${column.name}::text not like 'erased-%' and created_at < $1`,
        [lived],
      );
      expect({ column: `${schema}.${name}.${column.name}`, left }).toMatchObject({ left: 0 });
    }
  }
  for (const [rule, rows] of before) {
    const place = `${rule.table.schema}.${rule.table.name}`;
    expect({ place, left: await count(database.admin, `select count(*) from ${place}`) }).toEqual({
      place,
      left: 0,
    });
    if (rows === 0) continue;
    const done = await count(
      database.admin,
      `select coalesce(sum(done), 0) as count from privacy.retention_evidence where "table" = $1 and kind = 'ceiling' and created_at = $2`,
      [place, clock.now()],
    );
    expect({ place, done }).toEqual({ place, done: rows });
  }
});

test('DRUN-2.10 FC-1.1.b nothing links what is left of an erased person, and what took the place of values is random', async ({
  cloud,
  database,
}) => {
  const twins = [await aPerson(cloud.app), await aPerson(cloud.app)];
  const rowsLeft: Record<string, unknown>[] = [];
  for (const twin of twins) {
    await twin.call('PATCH', '/api/identity/me', { displayName: 'Twin' });
    const statement = await erase(cloud, twin);
    const ways = statement.erased.flatMap(({ cells }) => cells.map(({ how }) => how));
    expect(ways).not.toContain('unlink');
    const { rows } = await database.admin.query<Record<string, unknown>>(
      'select * from identity.users where id = $1',
      [twin.user.id],
    );
    rowsLeft.push(...rows);
  }
  const [first, second] = rowsLeft;
  for (const column of ['username', 'username_index', 'username_skeleton_index']) {
    expect({ column, left: typeof first?.[column] }).toEqual({ column, left: 'string' });
    // Random, not derived: knowing the name does not help to compute what took its place.
    expect(first?.[column]).not.toBe(second?.[column]);
  }
  for (const column of ['email', 'email_index', 'phone', 'display_name']) {
    expect({ column, left: first?.[column] }).toEqual({ column, left: null });
  }
});
