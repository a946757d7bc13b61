import { compileSql, purposeRole } from '@candor/privacy-engine';
import { sql } from 'drizzle-orm';
import { index, pgSchema, text, timestamp } from 'drizzle-orm/pg-core';
import type pg from 'pg';
import { expect, onTestFinished } from 'vitest';
import { dropRelease, listReleases } from '../cli/releases.ts';
import { personal, plain, privacyTable } from '../declare/policy.ts';
import { defineModule } from '../declare/define-module.ts';
import { createProduct } from '../declare/product.ts';
import type { Ctx } from '../kernel/context.ts';
import { openClient } from '../kernel/connections.ts';
import { databaseOptions, roleOf, ruleOptionsOf } from '../kernel/database-options.ts';
import { inTransaction } from '../kernel/db.ts';
import { openHeldLocks } from '../kernel/held-locks.ts';
import { createLog } from '../kernel/log.ts';
import { openMaintenance } from '../kernel/maintenance.ts';
import { findPersonalOfOthers } from '../kernel/other-releases.ts';
import { modules } from '../modules.ts';
import { contextWith, type Database, test } from '../testing/test.ts';
import { prepareDatabase } from './prepare-database.ts';
import { presenceLock, readRuleSets } from './rule-sets.ts';
import { readLandedState } from './ruled-state.ts';

// What the next release adds: a module with one table about persons.
const fact = {
  subject: 'userId',
  category: 'communication',
  source: 'service',
  collectedFor: ['usage'],
  purposes: ['operations', 'rights'],
  keep: { max: 'P6M', from: 'row.createdAt' },
  keyClass: 'core',
  onErase: 'delete-row',
  export: 'yes',
  edit: { no: { zh: '测试', en: 'test' } },
  log: 'never',
} as const;
const wishes = privacyTable(
  pgSchema('toys'),
  'wishes',
  {
    id: plain(text().primaryKey(), 'random identifier'),
    userId: plain(text().notNull(), 'random identifier of the person'),
    createdAt: personal(timestamp({ withTimezone: true }).notNull(), {
      ...fact,
      title: { zh: '愿望时间', en: 'Time of the wish' },
    }),
  },
  {
    tenant: { none: 'test' },
    subject: 'userId',
    title: { zh: '愿望', en: 'Wishes' },
    rows: 'delete',
    access: { operations: ['select', 'insert'], rights: ['select'] },
  },
  (table) => [
    index('wishes_user_id_idx').on(table.userId, table.id),
    index('wishes_created_at_idx').on(table.createdAt),
  ],
);
const next = createProduct([...modules, defineModule('toys', { schema: { wishes } })], {
  sinks: [],
  metrics: [],
});

async function start({ adminUrl, vault }: Database, registry: typeof next.registry): Promise<void> {
  await prepareDatabase(adminUrl, 'only-for-tests', registry, vault);
}

async function migrateToNext({ admin }: Database): Promise<void> {
  await admin.query('create schema if not exists toys');
  await admin.query(
    'create table if not exists toys.wishes (id text primary key, user_id text not null, created_at timestamptz not null)',
  );
}

/** From now on the former release finds a migration that it does not know. */
async function recordNext({ admin }: Database): Promise<void> {
  await admin.query(
    `insert into drizzle.__drizzle_migrations (hash, created_at, tag) values ('next', 9e15, '9999_wishes')`,
  );
}

/** What a transaction of a release reads: news, which both know, and wishes. */
async function read(ctx: Ctx, table: 'announcements.news' | 'toys.wishes'): Promise<unknown> {
  return inTransaction(ctx, 'operations', async (ctx) => {
    const { rowCount } = await ctx.db.execute(sql`select 1 from ${sql.raw(table)}`);
    return rowCount;
  }).catch((error: unknown) => String(error instanceof Error ? (error.cause ?? error) : error));
}

test('the rules of two releases are in force side by side: each sees what it declares, through every start and drop', async ({
  database,
  clock,
}) => {
  const system = { kind: 'system', name: 'test' } as const;
  const former = contextWith(database, clock, system, null);
  const newer = { ...former, product: next };
  const own = former.product.registry;
  const bothServe = async () => {
    expect(await read(former, 'announcements.news')).toBe(0);
    expect(await read(former, 'toys.wishes')).toContain('permission denied');
    expect(await read(newer, 'announcements.news')).toBe(0);
    expect(await read(newer, 'toys.wishes')).toBe(0);
  };
  await migrateToNext(database);
  await start(database, next.registry);
  await recordNext(database);
  await bothServe();
  // The table was made by hand here, and not by a migration: each start puts its own rules in order once.
  await start(database, own);
  const grants = await grantsOf(database.admin);
  const policies = await policiesOf(database.admin);

  // The former release restarts while the newer serves: nothing is changed, so nothing is locked either.
  await start(database, own);
  await bothServe();
  expect(await grantsOf(database.admin)).toEqual(grants);
  // Something was changed by hand: the start puts its own rules back and leaves the other's alone.
  await database.admin.query(`drop policy ${roleOf(own, 'operations')}_select on announcements.news`);
  await start(database, own);
  await bothServe();
  expect(await policiesOf(database.admin)).toEqual(policies);

  // No role has a right of both releases: what each may do is what it declares, never the sum.
  const { rows } = await database.admin.query<{ role: string; name: string }>(
    `select distinct grantee as role from information_schema.column_privileges
     where table_schema = 'toys' and grantee like 'candor_p_%'`,
  );
  const mark = ruleOptionsOf(next.registry).rolePrefix;
  expect(rows.length).toBeGreaterThan(0);
  expect(rows.filter(({ role }) => !role.startsWith(mark))).toEqual([]);

  // Back: the newer release has stopped, and its rules are dropped. The former one starts beside what it left.
  const said: string[] = [];
  const say = (line: string) => void said.push(line);
  const name = ruleOptionsOf(next.registry).ruleSet;
  const presence = openHeldLocks(database.adminUrl, 'test', createLog('silent'));
  await presence.hold(presenceLock(name));
  expect(await dropRelease(database.adminUrl, name, say)).toBe(1);
  await presence.close();
  expect(await dropRelease(database.adminUrl, name, say)).toBe(0);
  expect(await dropRelease(database.adminUrl, name, say)).toBe(2);
  await listReleases(database.adminUrl, say);
  expect(said.join('\n')).toMatch(
    new RegExp(
      `A process of ${name} lives.*rules of ${name} are dropped.*no rules in force.*${name}.*dropped`,
      's',
    ),
  );
  await start(database, own);
  expect(await read(former, 'announcements.news')).toBe(0);
  const left = await database.admin.query(`select from pg_policies where policyname like $1`, [`${mark}%`]);
  expect(left.rowCount).toBe(0);

  // And forward again.
  await start(database, next.registry);
  await bothServe();
}, 300_000);

test('what a newer release knows about persons is not taken for erased by the former one', async ({
  database,
}) => {
  const maintenance = openMaintenance(database.adminUrl, createLog('silent'));
  onTestFinished(() => maintenance.close());
  expect(await findPersonalOfOthers(maintenance.look, database.product.registry)).toEqual([
    'toys.wishes.created_at',
  ]);
  expect(await findPersonalOfOthers(maintenance.look, next.registry)).toEqual([]);
});

test('rules of a release are dropped by a start that finds it absent for a day, and not before', async ({
  database,
}) => {
  const own = database.product.registry;
  const name = ruleOptionsOf(next.registry).ruleSet;
  await start(database, next.registry);
  await start(database, own);
  expect(await stateOf(database, name)).toMatchObject({ state: 'in force', absentSince: expect.any(Date) });
  await database.admin.query(
    `update privacy_engine.rule_sets set absent_since = now() - interval '25 hours' where name = $1`,
    [name],
  );
  const presence = openHeldLocks(database.adminUrl, 'test', createLog('silent'));
  await presence.hold(presenceLock(name));
  await start(database, own);
  expect(await stateOf(database, name)).toMatchObject({ state: 'in force', absentSince: null });
  await presence.close();
  await database.admin.query(
    `update privacy_engine.rule_sets set absent_since = now() - interval '25 hours' where name = $1`,
    [name],
  );
  await start(database, own);
  expect(await stateOf(database, name)).toMatchObject({ state: 'dropped' });
}, 300_000);

test('rules from before they had names stay in force until an operator drops them, and their mark stays true', async ({
  database,
}) => {
  const { admin } = database;
  await leaveAsLanded(database);
  const client = openClient(database.adminUrl, 'test');
  await client.connect();
  onTestFinished(() => client.end());
  await start(database, next.registry);
  expect(await stateOf(database, 'landed')).toMatchObject({ state: 'in force' });
  const asLanded = `begin; set local role candor_p_operations; select count(*) from announcements.news; commit`;
  await admin.query(asLanded);
  const { rows } = await admin.query<{ mark: string }>(
    `select obj_description('jobs'::regnamespace, 'pg_namespace') as mark`,
  );
  expect(rows[0]?.mark).toBe(`rules abc state ${await readLandedState(client)}`);
  expect(await dropRelease(database.adminUrl, 'landed', () => {})).toBe(0);
  await expect(client.query(asLanded)).rejects.toThrow(/candor_p_operations|permission denied/);
  await client.query('rollback');
  await start(database, next.registry);
}, 300_000);

test('rules from before they had names that were changed by hand are dropped at once', async ({
  database,
}) => {
  await leaveAsLanded(database);
  await database.admin.query('grant select on audit.access_log to candor_p_operations');
  await start(database, next.registry);
  expect(await stateOf(database, 'landed')).toMatchObject({ state: 'dropped' });
}, 300_000);

/** As the release left it whose roles had no hash in their names. */
async function leaveAsLanded({ admin, adminUrl, product: { registry } }: Database): Promise<void> {
  const client = openClient(adminUrl, 'test');
  await client.connect();
  for (const { name, state } of await readRuleSets(client))
    if (state !== 'dropped') await dropRelease(adminUrl, name, () => {});
  await client.query('drop table privacy_engine.rule_sets');
  const options = {
    ...databaseOptions,
    rolePrefix: 'candor_p_',
    consents: { events: 'privacy.consent_events', view: 'privacy_engine.consents_in_force' },
  };
  await client.query(`begin; ${compileSql(registry, options)}; commit`);
  expect(purposeRole(options, 'operations')).toBe('candor_p_operations');
  await client.query(`comment on schema jobs is 'rules abc state ${await readLandedState(client)}'`);
  await client.end();
  await admin.query('select 1');
}

async function stateOf({ adminUrl }: Database, name: string): Promise<unknown> {
  const client = openClient(adminUrl, 'test');
  await client.connect();
  const sets = await readRuleSets(client);
  await client.end();
  return sets.find((set) => set.name === name);
}

async function grantsOf(admin: pg.Pool): Promise<unknown[]> {
  const { rows } = await admin.query(
    `select c.oid::regclass::text || ' ' || coalesce(a.attname, '') || ' ' || coalesce(a.attacl, c.relacl)::text as fact
     from pg_class c left join pg_attribute a on a.attrelid = c.oid and a.attacl is not null
     where c.relkind in ('r', 'v') and (c.relacl is not null or a.attacl is not null) order by 1`,
  );
  return rows;
}

async function policiesOf(admin: pg.Pool): Promise<unknown[]> {
  return (await admin.query('select * from pg_policies order by 1, 2, 3')).rows;
}
