import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { commandFor, giveTo, makePrivateDirectory, type RunAs } from './run-as.ts';
import { PostgresStartError } from './postgres-start-error.ts';

const runFile = promisify(execFile);

const DRAFT_PREFIX = 'cluster.tmp-';
const PASSWORD_PREFIX = 'initdb-';

/**
 * Makes sure that `dataDir/cluster` holds a whole cluster and returns its superuser's password.
 * `initdb` works in a draft that is renamed when it is whole, so a crash in the middle leaves only rubbish.
 */
export async function createCluster(
  dataDir: string,
  runAs: RunAs & { version: string },
  { isDurable }: { isDurable: boolean },
): Promise<{ clusterDir: string; password: string }> {
  const clusterDir = join(dataDir, 'cluster');
  await removeRubbish(dataDir);
  if (existsSync(clusterDir)) {
    await assertSameVersion(clusterDir, runAs.version);
    return { clusterDir, password: await readPassword(dataDir) };
  }
  const password = await keepPassword(dataDir);
  const draftDir = join(dataDir, `${DRAFT_PREFIX}${randomBytes(6).toString('hex')}`);
  await makePrivateDirectory(runAs, draftDir);
  await initdb(dataDir, draftDir, runAs, password, isDurable);
  await rename(draftDir, clusterDir);
  if (isDurable) await syncDirectory(dataDir);
  return { clusterDir, password };
}

async function initdb(dataDir: string, draftDir: string, runAs: RunAs, password: string, isDurable: boolean) {
  const passwordDir = await mkdtemp(join(dataDir, PASSWORD_PREFIX));
  try {
    const passwordFile = join(passwordDir, 'password');
    await writeFile(passwordFile, password, { mode: 0o600 });
    await giveTo(runAs, passwordDir);
    const { file, args, options } = commandFor(runAs, 'initdb', [
      `--pgdata=${draftDir}`,
      '--username=postgres',
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--locale=C',
      '--data-checksums',
      '--no-instructions',
      ...(isDurable ? [] : ['--no-sync']),
    ]);
    await runFile(file, args, options);
  } catch (cause) {
    const output = cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim() : '';
    throw new PostgresStartError(`initdb failed in ${dataDir}: ${output}`, { cause });
  } finally {
    await rm(passwordDir, { recursive: true, force: true });
  }
}

/** What a start that was killed in the middle may have left behind, its password file included. */
async function removeRubbish(dataDir: string): Promise<void> {
  const rubbish = (await readdir(dataDir)).filter(
    (name) => name.startsWith(DRAFT_PREFIX) || name.startsWith(PASSWORD_PREFIX),
  );
  for (const name of rubbish) await rm(join(dataDir, name), { recursive: true, force: true, maxRetries: 5 });
}

async function assertSameVersion(clusterDir: string, version: string): Promise<void> {
  const clusterVersion = (await readFile(join(clusterDir, 'PG_VERSION'), 'utf8')).trim();
  if (version.split('.')[0] === clusterVersion) return;
  throw new PostgresStartError(
    `The data in ${clusterDir} was written by PostgreSQL ${clusterVersion}, but the installed binaries are ` +
      `version ${version}. Install binaries of version ${clusterVersion}, or move the data with pg_dump.`,
  );
}

/** Writes a new password to the secret file, or keeps the one that an interrupted start chose. */
async function keepPassword(dataDir: string): Promise<string> {
  const secretFile = join(dataDir, 'postgres.secret');
  if (existsSync(secretFile)) return readPassword(dataDir);
  const password = randomBytes(24).toString('base64url');
  const draft = `${secretFile}.tmp`;
  const file = await open(draft, 'w', 0o600);
  await file.writeFile(`${password}\n`);
  await file.sync();
  await file.close();
  await rename(draft, secretFile);
  return password;
}

async function readPassword(dataDir: string): Promise<string> {
  const secretFile = join(dataDir, 'postgres.secret');
  try {
    await chmod(secretFile, 0o600);
    return (await readFile(secretFile, 'utf8')).trim();
  } catch (cause) {
    throw new PostgresStartError(
      `${secretFile} holds the password of the database beside it and cannot be read`,
      {
        cause,
      },
    );
  }
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  await handle.sync();
  await handle.close();
}
