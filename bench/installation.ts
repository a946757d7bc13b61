import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { createPrivateJwk, openLocalVault, openSigningKey } from '../privacy-engine/index.ts';
import { startEmbeddedPostgres } from '../server/embedded-postgres/start-postgres.ts';
import { createCandor } from '../server/candor.ts';
import { systemClock } from '../server/kernel/clock.ts';
import { type Ctx, systemContext } from '../server/kernel/context.ts';
import { type Db, openDatabase } from '../server/kernel/db.ts';
import { createKeyedHash } from '../server/kernel/keyed-hash.ts';
import { createLog } from '../server/kernel/log.ts';
import { openMaintenance } from '../server/kernel/maintenance.ts';
import { prepareDatabase } from '../server/database/prepare-database.ts';

export interface Installation {
  /** The system itself, over the application's login role. */
  readonly ctx: Ctx;
  /** Connections of the database's owner, whom no rule limits. */
  readonly owner: Db & { readonly $client: pg.Pool };
  readonly version: string;
}

/** A whole database of ours in a temporary folder, with its vault, for the time of `work`. Durable: fsync is on. */
export async function withInstallation(
  work: (installation: Installation) => Promise<void>,
  connections = 16,
): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'candor-bench-'));
  const log = createLog('silent');
  const postgres = { dataDir: join(dataDir, 'postgres'), log, stopsWithParent: true };
  const server = await startEmbeddedPostgres(postgres);
  const vault = await openLocalVault({ folder: join(dataDir, 'vault') });
  const product = createCandor();
  const appUrl = await prepareDatabase(server.adminUrl, 'only-for-benchmarks', product.registry, vault);
  const db = openDatabase(appUrl, log, connections);
  const maintenance = openMaintenance(server.adminUrl, log);
  const owner = openDatabase(server.adminUrl, log, connections);
  try {
    const { rows } = await owner.$client.query<{ version: string }>(
      `select current_setting('server_version') as version`,
    );
    const version = `Node ${process.version}, PostgreSQL ${rows[0]?.version ?? ''}, ${cpus().length} cores, fsync on`;
    const keyedHash = createKeyedHash('only-for-benchmarks');
    const signingKey = await openSigningKey(await createPrivateJwk());
    const services = { product, db, clock: systemClock, log, keyedHash, vault, signingKey, maintenance };
    const ctx = systemContext(services, 'bench');
    await work({ ctx, owner, version });
  } finally {
    await db.$client.end();
    await owner.$client.end();
    await maintenance.close();
    vault.close();
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}
