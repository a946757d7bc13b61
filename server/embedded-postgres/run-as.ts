import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, chown, cp, lchown, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { PostgresStartError } from './postgres-start-error.ts';

const runFile = promisify(execFile);

/** `nobody`: the one unprivileged account that exists on every Linux, and PostgreSQL wants a name for its uid. */
const NOBODY_UID = 65_534;

/** How PostgreSQL is run here: it refuses to run as root, and everything it uses must be readable to it. */
export type RunAs = {
  readonly description: string;
  readonly binDir: string;
  /** Who must own PostgreSQL's files, seen from outside; undefined: our own user. */
  readonly owner?: { readonly uid: number; readonly gid: number };
  readonly isInNamespace?: boolean;
};

export type RunCommand = {
  file: string;
  args: string[];
  options: { uid?: number; gid?: number; cwd: string; env: Record<string, string> };
};

/** The command line that runs `program` (a file of the binaries' folder, or an absolute path). */
export function commandFor(runAs: RunAs, program: string, args: readonly string[]): RunCommand {
  const file = program.startsWith('/') ? program : join(runAs.binDir, program);
  // Nothing of our environment is passed on: it may hold secrets, and PG* variables would change behaviour.
  const options = { cwd: '/', env: { PATH: '/usr/local/bin:/usr/bin:/bin', TZ: 'UTC', LC_ALL: 'C' } };
  if (runAs.isInNamespace) {
    const asNobody = ['--user', `--map-user=${NOBODY_UID}`, `--map-group=${NOBODY_UID}`, '--'];
    return { file: 'unshare', args: [...asNobody, file, ...args], options };
  }
  return { file, args: [...args], options: { ...options, ...runAs.owner } };
}

/** Finds a way to run PostgreSQL that can read `binDir` and reach `dataDir`; as root there are several. */
export async function chooseRunAs(binDir: string, dataDir: string): Promise<RunAs & { version: string }> {
  const failures: string[] = [];
  for await (const runAs of candidates(binDir, dataDir)) {
    try {
      const reachDataDir = [
        '-c',
        'test -x "$1" && exec "$0" --version',
        join(runAs.binDir, 'postgres'),
        dataDir,
      ];
      const { file, args, options } = commandFor(runAs, '/bin/sh', reachDataDir);
      const { stdout } = await runFile(file, args, { ...options, timeout: 10_000 });
      return { ...runAs, version: /\d+(?:\.\d+)?/.exec(stdout)?.[0] ?? 'unknown' };
    } catch (error) {
      failures.push(`${runAs.description}: ${error instanceof Error ? error.message.trim() : String(error)}`);
    }
  }
  throw new PostgresStartError(
    `PostgreSQL cannot be run with its data in ${dataDir}. Set CANDOR_DATA to a folder that every user may ` +
      `pass through, or set DATABASE_URL to a server of your own. Tried:\n  ${failures.join('\n  ')}`,
  );
}

async function* candidates(binDir: string, dataDir: string): AsyncGenerator<RunAs> {
  const uid = process.getuid?.();
  if (uid !== 0) {
    yield { description: 'as the current user', binDir };
    return;
  }
  const root = { uid: 0, gid: 0 };
  if (process.platform === 'linux') {
    // Inside its user namespace PostgreSQL is the user `nobody`; outside it is root and may read a root-only checkout.
    yield { description: 'as root in a user namespace', binDir, owner: root, isInNamespace: true };
  }
  const owner = await ownerAbove(dataDir);
  if (owner !== undefined) {
    await chown(dataDir, owner.uid, owner.gid);
    yield { description: `as uid ${owner.uid}, in whose folder the data is`, binDir, owner };
  }
  if (process.platform === 'linux') {
    const copy = await copyBinaries(binDir);
    await chown(dataDir, 0, 0);
    // Others may pass through to the folders inside, which stay closed to them; they cannot list this one.
    await chmod(dataDir, 0o711);
    yield {
      description: 'as an unprivileged user',
      binDir: copy,
      owner: { uid: NOBODY_UID, gid: NOBODY_UID },
    };
  }
}

/** With `sudo`, the folder that holds the data belongs to a user who can run PostgreSQL instead of root. */
async function ownerAbove(dataDir: string) {
  for (let folder = dataDir; folder !== dirname(folder); folder = dirname(folder)) {
    const { uid, gid } = await stat(folder);
    if (uid !== 0) return { uid, gid };
  }
  return undefined;
}

/** Copies the binaries to where every user may read them; done once per version of the binaries. */
async function copyBinaries(binDir: string): Promise<string> {
  const { size, mtimeMs } = await stat(join(binDir, 'postgres'));
  const name = createHash('sha256').update(`${binDir} ${size} ${mtimeMs}`).digest('hex').slice(0, 12);
  const cacheDir = await firstUsable(['/var/cache', tmpdir(), '/tmp']);
  const copy = join(cacheDir, `candor-postgres-${name}`);
  const existing = await stat(copy).catch(() => undefined);
  // In a shared folder anyone may have put something under this name first; only root's own copy is run.
  if (existing !== undefined && existing.uid !== 0)
    throw new PostgresStartError(`${copy} exists and is not owned by root`);
  if (existing === undefined) {
    const draft = `${copy}.${process.pid}`;
    await cp(dirname(binDir), draft, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (source) => !basename(source).endsWith('.a'),
    });
    for (const entry of await readdir(draft, { recursive: true })) await chmod(join(draft, entry), 0o755);
    await chmod(draft, 0o755);
    await rename(draft, copy).catch(() => rm(draft, { recursive: true }));
  }
  return join(copy, basename(binDir));
}

/** The first of `folders` that exists and that every user may pass through. */
async function firstUsable(folders: readonly string[]): Promise<string> {
  for (const folder of folders) {
    const found = await stat(folder).catch(() => undefined);
    if (found?.isDirectory() && (found.mode & 0o001) !== 0) return folder;
  }
  throw new PostgresStartError(`None of ${folders.join(', ')} can hold a copy of the PostgreSQL binaries`);
}

/** Creates `directory` with mode 0700 for PostgreSQL alone. */
export async function makePrivateDirectory(runAs: RunAs, directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  if (runAs.owner !== undefined) await chown(directory, runAs.owner.uid, runAs.owner.gid);
}

/** Hands an existing cluster to the account that PostgreSQL now runs as; an earlier start may have used another. */
export async function giveTo(runAs: RunAs, path: string): Promise<void> {
  if (runAs.owner === undefined || (await stat(path)).uid === runAs.owner.uid) return;
  const entries = await readdir(path, { recursive: true });
  // The folder itself comes last, so that an interrupted change is noticed and repeated.
  for (const entry of [...entries, '.']) await lchown(join(path, entry), runAs.owner.uid, runAs.owner.gid);
}
