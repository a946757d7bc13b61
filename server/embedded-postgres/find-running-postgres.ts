import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { findPostmaster } from './postmaster.ts';

/** The server another process runs on `dataDir` right now, for a second connection beside theirs. */
export async function findRunningPostgres(dataDir: string): Promise<{ port: number } | undefined> {
  const folder = await realpath(dataDir).catch(() => undefined);
  return folder === undefined ? undefined : findPostmaster(join(folder, 'cluster'));
}
