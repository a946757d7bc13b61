import { access } from 'node:fs/promises';
import { createCandor } from '../candor.ts';
import { join } from 'node:path';
import type { KeyVault } from '@candor/privacy-engine';
import { type Config, ConfigError } from '../config/config.ts';
import { startEmbeddedPostgres } from '../embedded-postgres/start-postgres.ts';
import { findRunningPostgres } from '../embedded-postgres/find-running-postgres.ts';
import { systemClock } from '../kernel/clock.ts';
import { type Ctx, systemContext } from '../kernel/context.ts';
import { databaseOptions } from '../kernel/database-options.ts';
import { openDatabase } from '../kernel/db.ts';
import { createLog } from '../kernel/log.ts';
import { readSecret } from '../kernel/secrets.ts';
import { openMaintenance } from '../kernel/maintenance.ts';
import { createKeyedHash } from '../kernel/keyed-hash.ts';
import { openSigningKeyOf, openVaultOf } from '../start/open-keys.ts';

export interface Installation {
  readonly ctx: Ctx;
  close(): Promise<void>;
}

/** What a command works with: the log alone, the keys of the persons too, or everything a server has. */
type Opens = 'log' | 'keys' | 'everything';

/**
 * The database of an installation, as the application's own login, which can change nothing of the log.
 * A server that runs keeps running; otherwise the embedded database is started for as long as it takes.
 */
export async function openInstallation(config: Config, opens: Opens): Promise<Installation> {
  const secret = async (name: string) => {
    await access(join(config.dataDir, 'secrets', name)).catch(() => {
      throw new ConfigError(`CANDOR_DATA: there is no installation in ${config.dataDir}`);
    });
    return readSecret(config.dataDir, name, () => '');
  };
  const password = await secret('database-app-password');
  await secret('signing-key');
  const signingKey = await openSigningKeyOf(config.dataDir);
  const log = createLog('error');
  const vault = opens === 'log' ? closedVault : await openOwnVault(config);
  const keyedHash = opens === 'log' ? () => refuse() : createKeyedHash(await secret('keyed-hash'));
  const server = await openServer(config);
  const url = new URL(server.url);
  url.username = databaseOptions.loginRole;
  url.password = password;
  const db = openDatabase(url.toString(), log, 2);
  const maintenance = opens === 'everything' ? openMaintenance(server.url, log) : null;
  const services = {
    product: createCandor(),
    db,
    clock: systemClock,
    log,
    keyedHash,
    vault,
    signingKey,
    ...(maintenance === null ? {} : { maintenance }),
  };
  const ctx = systemContext(services, 'cli');
  return {
    ctx,
    async close() {
      await maintenance?.close();
      await db.$client.end();
      vault.close();
      await server.stop();
    },
  };
}

/** Opening makes a folder that is missing, and with an empty vault everything would look changed. */
async function openOwnVault({ vault }: Config): Promise<KeyVault> {
  await access(vault.folder).catch(() => {
    throw new ConfigError(`CANDOR_VAULT_DIR: the vault ${vault.folder} is not there`);
  });
  return openVaultOf(vault);
}

/** The server that holds the database, as its owner: started for as long as it takes where none runs. */
export async function openServer(config: Config): Promise<{ url: string; stop(): Promise<void> }> {
  if (config.databaseUrl !== null) return { url: config.databaseUrl, stop: async () => {} };
  const dataDir = join(config.dataDir, 'postgres');
  const running = await findRunningPostgres(dataDir);
  if (running !== undefined)
    return { url: `postgres://127.0.0.1:${running.port}/postgres`, stop: async () => {} };
  const quiet = { info: () => {}, warn: () => {} };
  const started = await startEmbeddedPostgres({ dataDir, log: quiet });
  return { url: started.adminUrl, stop: started.stop };
}

function refuse(): never {
  throw new Error('this command opens and seals nothing');
}

/** The log alone needs no key of a person. */
const closedVault: KeyVault = {
  dek: async () => refuse(),
  find: async () => refuse(),
  destroy: async () => refuse(),
  blindIndexKey: async () => refuse(),
  epoch: async () => refuse(),
  rotateEpoch: async () => refuse(),
  get erasures() {
    return refuse();
  },
  get auditLog() {
    return refuse();
  },
  close: () => {},
};
