import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { expect, onTestFinished, vi } from 'vitest';
import { createAccessLog } from '../modules/audit/index.ts';
import { prepareDatabase, UndeclaredDatabaseError } from './prepare-database.ts';
import { registry } from '../testing/registry.ts';
import { aPerson } from '../testing/factories.ts';
import { openTestVault } from '../testing/test-vault.ts';
import { contextWith, type Database, test } from '../testing/test.ts';
import { roleOf } from '../kernel/database-options.ts';

async function prepareAgain({ adminUrl, vault }: Pick<Database, 'adminUrl' | 'vault'>): Promise<string> {
  // The same password as the fixture's: the login role is shared by every database of the test server.
  return prepareDatabase(adminUrl, 'only-for-tests', registry, vault);
}

async function refusal(database: Database): Promise<string> {
  const error: unknown = await prepareAgain(database).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(UndeclaredDatabaseError);
  return String(error);
}

test('preparing a prepared database changes nothing and succeeds', async ({ database }) => {
  await prepareAgain(database);
  await prepareAgain(database);
});

test('a start beside a busy server changes nothing in the schema, so it waits for no table', async ({
  database,
}) => {
  await prepareAgain(database);
  const busy = await database.admin.connect();
  try {
    await busy.query(
      `begin; set local idle_in_transaction_session_timeout = '60s';
       lock table audit.access_log, identity.users, wallet.accounts in row exclusive mode`,
    );
    await prepareAgain(database);
    // A start that had to wait would have outlasted the transaction in its way.
    await busy.query('rollback');
  } finally {
    busy.release(true);
  }
}, 120_000);

test.for([
  [
    'a policy that was dropped',
    `drop policy ${roleOf(registry, 'security')}_select on audit.access_log`,
    'policies',
  ],
  [
    'row policies that bind the owner no more',
    'alter table audit.access_log no force row level security',
    'forced',
  ],
  ['a trigger that was dropped', 'drop trigger refuse_change on audit.entries', 'triggers'],
  ['a comment that was changed', `comment on column audit.access_log.ip is 'nothing'`, 'comments'],
] as const)(
  '%s by hand: noticed although the rules are the same, and put back',
  async ([, change, what], { database }) => {
    await prepareAgain(database);
    const before = await stateOf(database, what);
    await database.admin.query(change);
    expect(await stateOf(database, what)).not.toEqual(before);
    await prepareAgain(database);
    expect(await stateOf(database, what)).toEqual(before);
  },
);

const stateSql = {
  policies: `select policyname as fact from pg_policies where schemaname = 'audit' order by 1`,
  forced: `select relname as fact from pg_class where relforcerowsecurity order by 1`,
  triggers: `select tgrelid::regclass::text || tgname as fact from pg_trigger where not tgisinternal order by 1`,
  comments: `select col_description('audit.access_log'::regclass, attnum) as fact from pg_attribute
    where attrelid = 'audit.access_log'::regclass and attnum > 0 order by attnum`,
};

async function stateOf({ admin }: Database, what: keyof typeof stateSql): Promise<unknown[]> {
  return (await admin.query<{ fact: unknown }>(stateSql[what])).rows.map(({ fact }) => fact);
}

test('two starts beside a busy server, with rules to apply: both succeed and no request fails', async ({
  app,
  database,
}) => {
  const over = new AbortController();
  const answers: number[] = [];
  const busy = Array.from({ length: 6 }, async () => {
    while (!over.signal.aborted) {
      const person = await aPerson(app);
      const answer = await person.call('GET', '/api/identity/me');
      answers.push(answer.statusCode);
    }
  });
  for (let round = 0; round < 2; round += 1) {
    await vi.waitUntil(() => answers.length > 4 * (round + 1), { timeout: 60_000 });
    // As after an update that brings other rules.
    await database.admin.query('comment on table privacy_engine.rule_sets is null');
    await Promise.all([prepareAgain(database), prepareAgain(database)]);
  }
  over.abort();
  await Promise.all(busy);
  expect(answers.filter((status) => status !== 200)).toEqual([]);
}, 120_000);

test('a column added by hand keeps the server from starting and is named', async ({ database }) => {
  await database.admin.query('alter table audit.access_log add column referer text');
  expect(await refusal(database)).toContain('audit.access_log.referer is not declared');
  await database.admin.query('alter table audit.access_log drop column referer');
  await prepareAgain(database);
});

test('copies, views and tables in the schema of the queue are found', async ({ database }) => {
  await database.admin.query('create table public.copy as select id, ip from audit.access_log');
  await database.admin.query('create materialized view audit.visitors as select ip from audit.access_log');
  await database.admin.query('create table graphile_worker.notes (phone text)');
  const message = await refusal(database);
  expect(message).toContain('public.copy.ip is not declared');
  expect(message).toContain('audit.visitors.ip is not declared');
  expect(message).toContain('graphile_worker.notes.phone is not declared');
  await database.admin.query(
    'drop table public.copy; drop materialized view audit.visitors; drop table graphile_worker.notes',
  );
});

test('a grant given by hand to a stranger is found, one to a purpose is taken back', async ({ database }) => {
  const stranger = `stranger_${randomBytes(4).toString('hex')}`;
  await database.admin.query(`create role ${stranger}; grant select (ip) on audit.access_log to ${stranger}`);
  expect(await refusal(database)).toContain(`${stranger} select audit.access_log.ip`);
  await database.admin.query(`drop owned by ${stranger}; drop role ${stranger}`);
  await database.admin.query(`grant select on audit.access_log to ${roleOf(registry, 'operations')}`);
  await prepareAgain(database);
  const left = await database.admin.query(
    `select has_column_privilege($1, 'audit.access_log', 'ip', 'select') as allowed`,
    [roleOf(registry, 'operations')],
  );
  expect(left.rows[0]).toEqual({ allowed: false });
});

test('a login role with more power than logging in keeps the server from starting', async ({ database }) => {
  await database.admin.query('alter role candor_app createdb');
  const message = await refusal(database);
  await database.admin.query('alter role candor_app nocreatedb');
  expect(message).toContain('candor_app has createdb');
});

test('beside another vault than the one that sealed it a database is not served', async ({ database }) => {
  await prepareAgain(database);
  const { vault, removeVault } = await openTestVault();
  onTestFinished(removeVault);
  await expect(prepareAgain({ ...database, vault })).rejects.toThrow(/sealed with the vault .* another one/);
  await prepareAgain(database);
});

test('psql as the application role reads no table; as a purpose only its columns', async ({ database }) => {
  const client = new pg.Client({ connectionString: database.appUrl });
  await client.connect();
  const tables = await database.admin.query<{ place: string }>(
    `select quote_ident(schemaname) || '.' || quote_ident(tablename) as place from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`,
  );
  expect(tables.rows.length).toBeGreaterThan(5);
  for (const { place } of tables.rows) {
    await expect(client.query(`select * from ${place}`), place).rejects.toMatchObject({ code: '42501' });
  }
  await client.query(`set role ${roleOf(registry, 'security')}`);
  await client.query('select ip from audit.access_log');
  await client.query(`set role ${roleOf(registry, 'billing')}`);
  await expect(client.query('select ip from audit.access_log')).rejects.toMatchObject({ code: '42501' });
  await client.end();
});

test('no value of a personal column reaches the statistics of the database', async ({ database, clock }) => {
  const ctx = contextWith(database, clock, { kind: 'system', name: 'test' }, null);
  const log = createAccessLog(ctx);
  for (let i = 0; i < 50; i += 1) log.write({ ...line, ip: '203.0.113.77', createdAt: clock.now() });
  await log.close();
  await database.admin.query('analyze audit.access_log');
  const stats = await database.admin.query(
    `select attname from pg_stats where schemaname = 'audit' and tablename = 'access_log'`,
  );
  const columns = stats.rows.map((row: { attname: string }) => row.attname);
  expect(columns).toContain('request_id');
  for (const personal of ['ip', 'status', 'duration_ms']) expect(columns).not.toContain(personal);
});

test('the live database documents itself: every column has a comment', async ({ database }) => {
  const uncommented = await database.admin.query(
    `select n.nspname || '.' || c.relname || '.' || a.attname as place from pg_attribute a
     join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'r' and a.attnum > 0 and not a.attisdropped and n.nspname in ('audit', 'privacy')
       and col_description(c.oid, a.attnum) is null`,
  );
  expect(uncommented.rows).toEqual([]);
});

const line = {
  tenantId: null,
  userId: null,
  userAgent: 'test',
  method: 'GET',
  route: '/',
  status: 200,
  durationMs: 1,
  requestId: 'req_1',
  ip: '',
};
