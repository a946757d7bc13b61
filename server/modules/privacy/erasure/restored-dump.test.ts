import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import pg from 'pg';
import { expect } from 'vitest';
import { openDatabase } from '../../../kernel/db.ts';
import { createLog } from '../../../kernel/log.ts';
import { openMaintenance } from '../../../kernel/maintenance.ts';
import { confirmed, type Eraser, test } from '../../../testing/erasing.ts';
import { anApiKey, aPerson, type Person } from '../../../testing/factories.ts';
import { openAdmin } from '../../../testing/open-admin.ts';
import { onDatabase } from '../../../testing/on-database.ts';
import { buildTestApp, type Database, type TestClock } from '../../../testing/test.ts';
import { reapplyErasures, runErasure } from './index.ts';

const settings = { backupDays: 30 };

/** A second database as it was at this moment, as a restored dump would be. The vault goes on living. */
async function copyOf(
  database: Database,
  clock: TestClock,
  system: Eraser,
  work: (copy: Database, system: Eraser) => Promise<void>,
  meanwhile: () => Promise<void>,
): Promise<void> {
  const name = `candor_copy_${randomBytes(6).toString('hex')}`;
  const server = new pg.Client({ connectionString: onDatabase(database.adminUrl, 'postgres') });
  await server.connect();
  const source = new URL(database.adminUrl).pathname.slice(1);
  // A template must have no connections; those of the test reconnect.
  await server.query(`select pg_terminate_backend(pid) from pg_stat_activity where datname = $1`, [source]);
  await server.query(`create database ${name} template ${source}`);
  await meanwhile();
  const log = createLog('silent');
  const [adminUrl, appUrl] = [onDatabase(database.adminUrl, name), onDatabase(database.appUrl, name)];
  const copy: Database = {
    ...database,
    db: openDatabase(appUrl, log),
    admin: openAdmin(adminUrl),
    adminUrl,
    appUrl,
  };
  const maintenance = openMaintenance(adminUrl, log);
  try {
    await work(copy, { ...system, db: copy.db, clock, maintenance });
  } finally {
    await maintenance.close();
    await copy.db.$client.end();
    await copy.admin.end();
    await server.query(`drop database ${name} with (force)`);
    await server.end();
  }
}

/** The browser of a person, at the server of the restored database. */
function asked(app: FastifyInstance, person: Person, url: string) {
  return app.inject({ url, headers: person.headers });
}

test('POOL-sec-5 a dump from before the erasure beside the living vault: the person is not in it any more', async ({
  app,
  database,
  clock,
  system,
}) => {
  const person = await aPerson(app);
  const bystander = await aPerson(app);
  await anApiKey(person, { name: 'a very personal key' });
  let erasureId = '';
  await copyOf(
    database,
    clock,
    system,
    async (copy, system) => {
      // Before anything else runs on it: the sealed values of the dump are unreadable, because their keys are gone.
      const restoredApp = await buildTestApp(copy, clock, createLog('silent'));
      const seen = await asked(restoredApp, person, '/api/privacy/my-data?lang=en');
      expect(seen.statusCode).toBe(200);
      expect(seen.body).not.toContain(person.user.username);
      expect(seen.body).not.toContain('a very personal key');

      expect(await reapplyErasures(system, settings)).toBe(1);
      expect((await asked(restoredApp, person, '/api/identity/me')).statusCode).toBe(401);
      expect((await asked(restoredApp, bystander, '/api/identity/me')).statusCode).toBe(200);
      const { rows } = await copy.admin.query(
        `select state, origin, subject_id from privacy.erasures order by id desc limit 1`,
      );
      expect(rows).toEqual([{ state: 'certified', origin: 'restored', subject_id: null }]);
      for (const table of ['identity.sessions', 'identity.api_keys', 'identity.passwords']) {
        const left = await copy.admin.query(`select 1 from ${table} where user_id = $1`, [person.user.id]);
        expect(left.rows, table).toEqual([]);
      }
      expect(await reapplyErasures(system, settings), 'the second start finds nothing to do').toBe(0);
      await restoredApp.close();
    },
    async () => {
      ({ erasureId } = await confirmed(person));
      expect(await runErasure(system, erasureId)).toBe('certified');
    },
  );
  expect(await reapplyErasures(system, settings), 'the database that was never lost has nothing to do').toBe(
    0,
  );
});
