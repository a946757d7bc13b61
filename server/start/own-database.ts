import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import { keepPostgres } from '../embedded-postgres/keep-postgres.ts';
import { logFileOf } from '../embedded-postgres/log-file.ts';
import type { Log } from '../kernel/log.ts';

/** The PostgreSQL server that Candor brings along, under its data folder. */
export interface OwnDatabase {
  readonly adminUrl: string;
  readonly logFile: string;
  /** Resolves when it cannot be kept running. */
  readonly failed: Promise<Error>;
  stop(): Promise<void>;
}

/**
 * @param onSpawned called when its process runs and what is left is to wait for it; not where one is there already.
 * @throws PostgresStartError when the database is in use by another process or does not start.
 */
export async function startOwnDatabase(
  { dataDir }: Pick<Config, 'dataDir'>,
  log: Log,
  onSpawned?: () => void,
): Promise<OwnDatabase> {
  await makeDataFolder(dataDir);
  let fail = (_reason: Error) => {};
  const failed = new Promise<Error>((resolve) => {
    fail = resolve;
  });
  const folder = join(dataDir, 'postgres');
  const postgres = await keepPostgres({
    dataDir: folder,
    log,
    stopsWithParent: true,
    onSpawned,
    onGivenUp: fail,
  });
  return { adminUrl: postgres.adminUrl, logFile: logFileOf(folder), failed, stop: () => postgres.stop() };
}

/** Everything in it has its own mode; entering must stay possible for PostgreSQL where it runs as another user. */
export async function makeDataFolder(dataDir: string): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: 0o711 });
}
