import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import pg from 'pg';
import { createPrivateJwk, type KeyVault, openSigningKey } from '@candor/privacy-engine';
import { inject, test as base } from 'vitest';
import { buildApp } from '../http/app.ts';
import { createCandor } from '../candor.ts';
import type { Config } from '../config/config.ts';
import type { Product } from '../declare/product.ts';
import type { Clock } from '../kernel/clock.ts';
import { type Actor, type Ctx, systemContext } from '../kernel/context.ts';
import { type Db, openDatabase } from '../kernel/db.ts';
import { newId, newTimelessId } from '../kernel/id.ts';
import { createKeyedHash } from '../kernel/keyed-hash.ts';
import { createLog, type Log } from '../kernel/log.ts';
import { databaseOptions } from '../kernel/database-options.ts';
import { openAdmin } from './open-admin.ts';
import { onDatabase } from './on-database.ts';
import { testConfig } from './test-config.ts';
import { openTestVault, type TestVault } from './test-vault.ts';

/** A clock that stands still until a test turns it. */
export interface TestClock extends Clock {
  set(instant: Date): void;
  advanceMs(ms: number): void;
}

export interface Database {
  readonly db: Db & { readonly $client: pg.Pool };
  /** Connection of the owner, for looking behind the curtain in assertions. */
  readonly admin: pg.Pool;
  readonly adminUrl: string;
  readonly appUrl: string;
  readonly product: Product;
  /** Opens what stands sealed in the tables. */
  readonly vault: KeyVault;
}

interface TestFixtures {
  clock: TestClock;
  /** A fresh tenant's owner. Every test has its own, so tests do not see each other. */
  ctx: Ctx;
  /** A stranger: what a request has before its person logs in. */
  anonymous: Ctx;
  app: FastifyInstance;
}

/** vitest's `test` with a clone of the migrated database per file and a fresh tenant per test. */
export const test = base.extend<TestFixtures & { database: Database; testVault: TestVault }>({
  testVault: [
    async ({}, use) => {
      const { removeVault, ...testVault } = await openTestVault();
      await use(testVault);
      await removeVault();
    },
    { scope: 'file' },
  ],
  database: [
    async ({ testVault }, use) => {
      const adminUrl = inject('adminUrl');
      const name = `candor_test_${randomBytes(6).toString('hex')}`;
      const server = new pg.Client({ connectionString: adminUrl });
      await server.connect();
      await server.query(`create database ${name} template ${inject('templateDatabase')}`);
      const ownUrl = onDatabase(adminUrl, name);
      const appUrl = new URL(ownUrl);
      appUrl.username = databaseOptions.loginRole;
      appUrl.password = inject('appPassword');
      const db = openDatabase(appUrl.toString(), createLog('silent'));
      const admin = openAdmin(ownUrl);
      await use({
        product: createCandor(),
        db,
        admin,
        adminUrl: ownUrl,
        appUrl: appUrl.toString(),
        vault: testVault.vault,
      });
      await db.$client.end();
      await admin.end();
      await server.query(`drop database ${name} with (force)`);
      await server.end();
      await rm(anchorFolderOf(appUrl.toString()), { recursive: true, force: true });
    },
    { scope: 'file' },
  ],
  clock: async ({}, use) => {
    await use(createTestClock(new Date('2026-11-02T03:20:00Z')));
  },
  anonymous: async ({ database, clock }, use) => {
    await use(contextWith(database, clock, { kind: 'anonymous' }, null));
  },
  ctx: async ({ database, clock }, use) => {
    const tenantId = newTimelessId('tenant');
    const actor: Actor = {
      kind: 'user',
      userId: newTimelessId('user'),
      sessionId: newId('sess'),
      role: 'owner',
      isOperator: false,
    };
    await use(contextWith(database, clock, actor, tenantId));
  },
  app: async ({ database, clock }, use) => {
    const app = await buildTestApp(database, clock, createLog('silent'));
    await use(app);
    await app.close();
  },
});

/** What keyed hashes are made with, for other processes. */
export const hashSecret = 'only-for-tests';
const keyedHash = createKeyedHash(hashSecret);
const signingKey = await openSigningKey(await createPrivateJwk());
/** The application on the database of the test file, logging where the test can look. */
export async function buildTestApp(
  database: Database,
  clock: Clock,
  log: Log,
  config: Config = testConfig,
): Promise<FastifyInstance> {
  return buildApp({
    ...servicesOf(database, clock, log),
    databaseUrl: database.appUrl,
    config: { ...config, auditAnchors: [anchorFolderOf(database.appUrl)] },
  });
}

/** The anchor of a log outlives its database, so each database has its own. */
function anchorFolderOf(appUrl: string): string {
  const { port, pathname } = new URL(appUrl);
  return join(tmpdir(), `candor-test-anchor-${port}-${pathname.slice(1)}`);
}

/** What every test file has of its own. */
export type OwnParts = Pick<Database, 'product' | 'db' | 'vault'>;

function servicesOf({ product, db, vault }: OwnParts, clock: Clock, log: Log) {
  return { product, db, clock, log, keyedHash, vault, signingKey };
}

/** A context for any actor, on the database of the test file. */
export function contextWith(database: OwnParts, clock: Clock, actor: Actor, tenantId: string | null): Ctx {
  return {
    ...systemContext(servicesOf(database, clock, createLog('silent')), 'test'),
    actor,
    tenantId,
    client: { ip: '127.0.0.1', userAgent: 'test' },
  };
}

export function createTestClock(start: Date): TestClock {
  let instant = start;
  return {
    now: () => instant,
    set(next) {
      instant = next;
    },
    advanceMs(ms) {
      instant = new Date(instant.getTime() + ms);
    },
  };
}
