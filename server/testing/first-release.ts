import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../embedded-postgres/start-postgres.ts';
import { newId, newTimelessId } from '../kernel/id.ts';
import { createLog } from '../kernel/log.ts';
import { readMigrations } from '../database/migration-files.ts';
import { migrationsFolder } from '../places.ts';
import { onDatabase } from './on-database.ts';
import { openAdmin } from './open-admin.ts';
import { openTestVault, type TestVault } from './test-vault.ts';
import { test as base } from './test.ts';

/** A database as the first release left it: its migration only, with people who were written down in plain text. */
export interface Installation {
  readonly adminUrl: string;
  readonly admin: pg.Pool;
}

export const people = 40;
export const marker = 'zqplainzq';
/** The last one looks like the second, as older names may. */
export const usernameOf = (index: number) => `${marker}-${index === people - 1 ? 'l' : index}`;

// A server of its own: other tests play with the roles, which all databases of a server share.
export const test = base.extend<{ installation: Installation; keys: TestVault; serverUrl: string }>({
  serverUrl: [
    async ({}, use) => {
      const root = await mkdtemp(join(tmpdir(), 'candor-old-'));
      const server = await startEmbeddedPostgres({
        dataDir: join(root, 'postgres'),
        log: createLog('silent'),
        stopsWithParent: true,
        settings: { fsync: 'off' },
      });
      await use(server.adminUrl);
      await server.stop();
      await rm(root, { recursive: true, force: true });
    },
    { scope: 'file' },
  ],
  keys: async ({}, use) => {
    const keys = await openTestVault();
    await use(keys);
    await keys.removeVault();
  },
  installation: async ({ serverUrl }, use) => {
    const server = new pg.Client({ connectionString: serverUrl });
    await server.connect();
    const name = `candor_test_old_${randomBytes(6).toString('hex')}`;
    await server.query(`create database ${name}`);
    const adminUrl = onDatabase(serverUrl, name);
    const admin = openAdmin(adminUrl);
    await applyFirstMigration(admin);
    await writePeople(admin);
    await use({ adminUrl, admin });
    await admin.end();
    await server.query(`drop database ${name} with (force)`);
    await server.end();
  },
});

async function applyFirstMigration(admin: pg.Pool): Promise<void> {
  const [first] = readMigrations(migrationsFolder);
  if (first === undefined) throw new Error('there is no first migration');
  for (const statement of first.statements) await admin.query(statement);
  await admin.query('create schema drizzle');
  await admin.query(
    'create table drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint)',
  );
  await admin.query(`insert into drizzle.__drizzle_migrations (hash, created_at) values ($1, $2)`, [
    first.hash,
    first.when,
  ]);
}

/** As the first release wrote them, row security included. */
async function writePeople(admin: pg.Pool): Promise<void> {
  for (let index = 0; index < people; index += 1) {
    const [userId, tenantId] = [newTimelessId('user'), newTimelessId('tenant')];
    await admin.query(
      `insert into identity.tenants (id, kind, status, created_at) values ($1, 'personal', 'active', now())`,
      [tenantId],
    );
    const email = index % 2 === 0 ? `${marker}${index}@example.com` : null;
    await admin.query(
      `insert into identity.users (id, tenant_id, role, username, email, language, created_at)
       values ($1, $2, 'owner', $3, $4, 'en', now())`,
      [userId, tenantId, usernameOf(index), email],
    );
    await admin.query(
      `insert into identity.passwords (user_id, tenant_id, hash, changed_at) values ($1, $2, $3, now())`,
      [userId, tenantId, `$argon2id$${marker}${index}`],
    );
    await admin.query(
      `insert into notifications.outbox (id, user_id, channel, template, recipient, body, status, created_at)
       values ($1, $2, 'mail', 'code', $3, $4, 'sent', now())`,
      [newId('msg'), index % 3 === 0 ? null : userId, `${marker}@example.com`, `${marker} code ${index}`],
    );
    await admin.query(
      `insert into wallet.bank_transfers (id, tenant_id, user_id, serial_number, amount_micros, account_name, bank_account, bank_name, credited_by, created_at)
       values ($1, $2, $3, $4, 10000, $5, $5, $5, 'user:x', now())`,
      [newId('bank'), tenantId, userId, `${marker}${index}`, `${marker} account ${index}`],
    );
  }
  await admin.query('alter table identity.users enable row level security');
  await admin.query('alter table identity.users force row level security');
}
