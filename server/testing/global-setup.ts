import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../embedded-postgres/start-postgres.ts';
import { createLog } from '../kernel/log.ts';
import { prepareDatabase } from '../database/prepare-database.ts';
import { registry } from './registry.ts';
import { openTestVault } from './test-vault.ts';
import { onDatabase } from './on-database.ts';

declare module 'vitest' {
  interface ProvidedContext {
    adminUrl: string;
    appPassword: string;
    templateDatabase: string;
  }
}

const appPassword = 'only-for-tests';

/**
 * One PostgreSQL for the whole run and one migrated, compiled database in it, which every test file clones.
 * `CANDOR_TEST_DATABASE_URL` names a running server to use instead (its owner, any version from 15 on).
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await obtainServer();
  const templateDatabase = `candor_template_${randomBytes(6).toString('hex')}`;
  await runOn(server.adminUrl, `create database ${templateDatabase}`);
  const { vault, removeVault } = await openTestVault();
  await prepareDatabase(onDatabase(server.adminUrl, templateDatabase), appPassword, registry, vault);
  await removeVault();
  // Every test file has a vault of its own.
  await runOn(onDatabase(server.adminUrl, templateDatabase), 'comment on schema privacy_engine is null');
  project.provide('adminUrl', server.adminUrl);
  project.provide('appPassword', appPassword);
  project.provide('templateDatabase', templateDatabase);
  return async () => {
    await runOn(server.adminUrl, `drop database if exists ${templateDatabase} with (force)`);
    await server.stop();
  };
}

async function obtainServer(): Promise<{ adminUrl: string; stop: () => Promise<void> }> {
  const given = process.env['CANDOR_TEST_DATABASE_URL'];
  if (given !== undefined) return { adminUrl: given, stop: async () => {} };
  const dataDir = await mkdtemp(join(tmpdir(), 'candor-test-'));
  const server = await startEmbeddedPostgres({
    dataDir: join(dataDir, 'postgres'),
    log: createLog('warn'),
    stopsWithParent: true,
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' },
  });
  return {
    adminUrl: server.adminUrl,
    async stop() {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function runOn(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
