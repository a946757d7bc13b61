import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import pg from 'pg';
import { expect } from 'vitest';
import { startEmbeddedPostgres } from '../../../embedded-postgres/start-postgres.ts';
import { inTransaction, openDatabase } from '../../../kernel/db.ts';
import { createLog } from '../../../kernel/log.ts';
import { prepareDatabase } from '../../../database/prepare-database.ts';
import { registry } from '../../../testing/registry.ts';
import { manyConsenting } from '../../../testing/consents.fixture.ts';
import { openAdmin } from '../../../testing/open-admin.ts';
import { onDatabase } from '../../../testing/on-database.ts';
import { contextWith, type Database, test } from '../../../testing/test.ts';
import { withdrawConsent } from './index.ts';
import { createCandor } from '../../../candor.ts';

test('a database whose owner is no superuser, as on a managed PostgreSQL, decides by consent just the same', async ({
  database,
  clock,
}) => {
  await onManagedServer(database, async (managed, ownerUrl) => {
    const { persons, inForce } = await manyConsenting(managed, clock, 'marketing', 2);
    const [leaver, stayer] = persons;
    if (leaver === undefined || stayer === undefined) throw new Error('two were made');
    const system = contextWith(managed, clock, { kind: 'system', name: 'test' }, null);
    const seen = () =>
      inTransaction(system, 'marketing', async (ctx) => {
        const { rows } = await ctx.db.execute<{ id: string }>(sql`select id from identity.users order by id`);
        return rows.map(({ id }) => id);
      });
    expect(await seen()).toEqual([leaver.userId, stayer.userId]);
    await withdrawConsent(leaver, inForce, 'marketing');
    expect(await seen()).toEqual([stayer.userId]);
    const owner = new pg.Client({ connectionString: ownerUrl });
    await owner.connect();
    // The owner may read who agreed, because the view does it in the owner's name, and nothing else about persons.
    expect((await owner.query('select 1 from privacy.consent_events')).rowCount).toBe(3);
    expect((await owner.query('select 1 from identity.users')).rowCount).toBe(0);
    await owner.end();
  });
}, 60_000);

async function onManagedServer(
  { vault }: Database,
  work: (database: Database, ownerUrl: string) => Promise<void>,
): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'candor-managed-'));
  const log = createLog('silent');
  const server = await startEmbeddedPostgres({
    dataDir: join(root, 'postgres'),
    log,
    stopsWithParent: true,
    settings: { fsync: 'off' },
  });
  const superuser = new pg.Client({ connectionString: server.adminUrl });
  await superuser.connect();
  await superuser.query(`create role weak_owner login createrole password 'only-for-tests'`);
  await superuser.query('create database managed owner weak_owner');
  const adminUrl = onDatabase(server.adminUrl, 'managed');
  const ownerUrl = new URL(adminUrl);
  ownerUrl.username = 'weak_owner';
  ownerUrl.password = 'only-for-tests';
  const appUrl = await prepareDatabase(ownerUrl.toString(), 'only-for-tests', registry, vault);
  const db = openDatabase(appUrl, log);
  const admin = openAdmin(adminUrl);
  await work({ product: createCandor(), db, admin, adminUrl, appUrl, vault }, ownerUrl.toString());
  await db.$client.end();
  await admin.end();
  await superuser.end();
  await server.stop();
  await rm(root, { recursive: true, force: true });
}
