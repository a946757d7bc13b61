import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { expect, inject, onTestFinished, test, vi } from 'vitest';
import { migrationFolder } from '../testing/migration-folder.ts';
import { onDatabase } from '../testing/on-database.ts';
import { applyMigrations, MigrationHistoryError } from './apply-migrations.ts';

const start = { name: 'start', when: 1, sql: 'create table orders (id text);' };
const colour = { name: 'colour', when: 2, sql: 'alter table orders add column colour text;' };
const size = { name: 'size', when: 3, sql: 'alter table orders add column size text;' };

async function emptyDatabase(): Promise<pg.Client> {
  const server = new pg.Client({ connectionString: inject('adminUrl') });
  await server.connect();
  const name = `candor_test_history_${randomBytes(6).toString('hex')}`;
  await server.query(`create database ${name}`);
  const client = new pg.Client({ connectionString: onDatabase(inject('adminUrl'), name) });
  await client.connect();
  onTestFinished(async () => {
    await client.end();
    await server.query(`drop database ${name}`);
    await server.end();
  });
  return client;
}

async function columnsOf(client: pg.Client): Promise<unknown[]> {
  const { rows } = await client.query<{ name: string }>(
    `select column_name as name from information_schema.columns where table_name = 'orders' order by 1`,
  );
  return rows.map(({ name }) => name);
}

test.for([
  ['the branch with the earlier migration', [start, colour]],
  ['the branch with the later migration', [start, size]],
] as const)(
  'a database that ran %s runs the other after the merge, in whatever order it is',
  async ([, branch]) => {
    for (const merged of [
      [start, colour, size],
      [start, size, colour],
    ]) {
      const client = await emptyDatabase();
      await applyMigrations(client, migrationFolder(branch));
      await applyMigrations(client, migrationFolder(merged));
      expect(await columnsOf(client)).toEqual(['colour', 'id', 'size']);
      await applyMigrations(client, migrationFolder(merged));
      const ran = await client.query('select from drizzle.__drizzle_migrations');
      expect(ran.rowCount).toBe(3);
    }
  },
);

test('a migration that was edited after it had run here is refused by name', async () => {
  const client = await emptyDatabase();
  await applyMigrations(client, migrationFolder([start, colour]));
  const edited = { ...colour, sql: 'alter table orders add column color text;' };
  const refused = applyMigrations(client, migrationFolder([start, edited]));
  await expect(refused).rejects.toThrow(MigrationHistoryError);
  await expect(refused).rejects.toThrow('0001_colour was edited after it had run here');
  expect(await columnsOf(client)).toEqual(['colour', 'id']);
});

test('a migration that fails leaves nothing behind, and is named', async () => {
  const client = await emptyDatabase();
  const broken = { ...size, sql: 'create table sizes (id text); alter table sizes add column id text;' };
  await expect(applyMigrations(client, migrationFolder([start, broken]))).rejects.toThrow(
    'the migration 0001_size failed: column "id" of relation "sizes" already exists',
  );
  expect(await columnsOf(client)).toEqual([]);
});

test('a release goes on with a database to which a newer one has added something', async () => {
  const client = await emptyDatabase();
  await applyMigrations(client, migrationFolder([start, colour, size]));
  await applyMigrations(client, migrationFolder([start, colour]));
  expect(await columnsOf(client)).toEqual(['colour', 'id', 'size']);
});

test('a release that still uses what a newer one has taken away is refused; one that does not goes on', async () => {
  const client = await emptyDatabase();
  const contract = {
    name: 'no_colour',
    when: 4,
    sql: '-- contract: not used since 0002_size\nalter table orders drop column colour;',
  };
  await applyMigrations(client, migrationFolder([start, colour, size, contract]));
  await applyMigrations(client, migrationFolder([start, colour, size]));
  await expect(applyMigrations(client, migrationFolder([start, colour]))).rejects.toThrow(
    '0003_no_colour of a newer release has removed what this release still uses; start a newer release',
  );
});

test('migrations that run beside a busy server wait until no transaction is open', async () => {
  const client = await emptyDatabase();
  const folder = migrationFolder([start, colour]);
  await applyMigrations(client, migrationFolder([start]));
  const busy = new pg.Client({ connectionString: await urlOf(client) });
  await busy.connect();
  await busy.query(
    `begin; select pg_advisory_xact_lock_shared(hashtextextended('rules of the tables', 0)); select * from orders`,
  );
  const done = applyMigrations(client, folder).then(() => 'migrated');
  await vi.waitUntil(async () => (await busy.query(waitingSql)).rowCount === 1);
  expect(await columnsOf(busy)).toEqual(['id']);
  await busy.query('commit');
  expect(await done).toBe('migrated');
  await busy.end();
});

const waitingSql = `
  select from pg_locks where locktype = 'advisory' and not granted
    and database = (select oid from pg_database where datname = current_database())`;

async function urlOf(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ name: string }>('select current_database() as name');
  return onDatabase(inject('adminUrl'), rows[0]?.name ?? '');
}
