import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KeyVault } from '@candor/privacy-engine';
import { startEmbeddedPostgres } from '../embedded-postgres/start-postgres.ts';
import { openDatabase } from '../kernel/db.ts';
import { createLog } from '../kernel/log.ts';
import { prepareDatabase } from '../database/prepare-database.ts';
import { createCandor } from '../candor.ts';
import { openAdmin } from './open-admin.ts';
import type { Database } from './test.ts';

/** A PostgreSQL for one test alone, whose files may be looked at. */
export interface OwnDatabase extends Database {
  /** Folder of the server: the cluster, its log. */
  readonly dataDir: string;
  stop(): Promise<void>;
}

/** Starts it with the settings of production and prepares one database in it. */
export async function startOwnDatabase(vault: KeyVault): Promise<OwnDatabase> {
  const root = await mkdtemp(join(tmpdir(), 'candor-own-'));
  const dataDir = join(root, 'postgres');
  const log = createLog('silent');
  const server = await startEmbeddedPostgres({
    dataDir,
    log,
    stopsWithParent: true,
    settings: { fsync: 'off' },
  });
  const product = createCandor();
  const appUrl = await prepareDatabase(server.adminUrl, 'only-for-tests', product.registry, vault);
  const db = openDatabase(appUrl, log);
  const admin = openAdmin(server.adminUrl);
  return {
    product,
    db,
    admin,
    adminUrl: server.adminUrl,
    appUrl,
    vault,
    dataDir,
    async stop() {
      await db.$client.end();
      await admin.end();
      await server.stop();
      await rm(root, { recursive: true, force: true });
    },
  };
}
