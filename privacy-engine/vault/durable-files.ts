import { constants, readdirSync, type Stats } from 'node:fs';
import { link, lstat, mkdir, open, readdir, rename, rmdir, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { VaultError } from './vault-error.ts';

/** Called before every change of the disk. Tests stop the process there; production has none. */
export type BeforeStep = (step: string) => void | Promise<void>;

/** How a change ended that another process may have forestalled. */
export type Outcome = 'done' | 'occupied' | 'gone';

/**
 * Changes of files that are on the disk when they return, owner-only, and exclusive: between processes the file
 * system's own atomic operations decide (`rename` of a folder, `link` of a file), never a lock that could be left.
 */
export class DurableFiles {
  readonly #beforeStep: BeforeStep;

  constructor(beforeStep: BeforeStep = () => undefined) {
    this.#beforeStep = beforeStep;
  }

  async writeNew(path: string, content: string | Buffer): Promise<Outcome> {
    await this.#beforeStep('write');
    return outcomeOf(async () => {
      const file = await open(path, 'wx', 0o600);
      try {
        await file.writeFile(content);
        await this.#beforeStep('flush');
        await file.sync();
      } finally {
        await file.close();
      }
    });
  }

  /** Appends without flushing: for counters that may lose their end in a power cut, never in a crash. */
  async append(path: string, content: Buffer): Promise<number | 'gone'> {
    await this.#beforeStep('append');
    let sizeBytes = 0;
    const outcome = await outcomeOf(async () => {
      const file = await open(path, 'a', 0o600);
      try {
        await file.appendFile(content);
        sizeBytes = (await file.stat()).size;
      } finally {
        await file.close();
      }
    });
    return outcome === 'done' ? sizeBytes : 'gone';
  }

  async makeFolder(path: string): Promise<Outcome> {
    await this.#beforeStep('make folder');
    return outcomeOf(() => mkdir(path, { mode: 0o700 }));
  }

  /**
   * Folders onto a free name (exclusive), files onto a free or taken one. With a slash at the end of the source only
   * a folder is moved: POSIX answers ENOTDIR for anything else.
   */
  async move(from: string, to: string): Promise<Outcome> {
    await this.#beforeStep('move');
    return outcomeOf(() => rename(from, to));
  }

  async link(from: string, to: string): Promise<Outcome> {
    await this.#beforeStep('link');
    return outcomeOf(() => link(from, to));
  }

  async unlink(path: string): Promise<Outcome> {
    await this.#beforeStep('unlink');
    return outcomeOf(() => unlink(path));
  }

  /** Only an empty one. */
  async removeFolder(path: string): Promise<Outcome> {
    await this.#beforeStep('remove folder');
    return outcomeOf(() => rmdir(path));
  }

  /** Makes names in a folder durable. */
  async syncFolder(path: string): Promise<Outcome> {
    await this.#beforeStep('sync folder');
    return outcomeOf(async () => {
      const folder = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
      try {
        await folder.sync();
      } finally {
        await folder.close();
      }
    });
  }

  /**
   * Overwrites a file and removes it. Overwriting is a courtesy to plain disks (NIST SP 800-88r2: not reliable on
   * flash or copy-on-write); what makes a strayed copy useless is the end of its epoch. A second name of the same
   * bytes (`nlink`) may be a living key, so those are only unlinked.
   */
  async shredFile(path: string): Promise<void> {
    await this.#beforeStep('shred');
    await outcomeOf(async () => {
      const file = await open(path, constants.O_RDWR | constants.O_NOFOLLOW);
      try {
        const { size, nlink } = await file.stat();
        if (nlink === 1) {
          await file.write(Buffer.alloc(size), 0, size, 0);
          await file.sync();
        }
      } finally {
        await file.close();
      }
    });
    await this.unlink(path);
  }

  /** Shreds a folder with everything in it, also what others put into it meanwhile. */
  async shredFolder(path: string): Promise<void> {
    for (let round = 0; round < 100; round += 1) {
      const entries = await readdir(path, { withFileTypes: true }).catch(ignoreMissing);
      if (entries === undefined) return;
      for (const entry of entries) {
        if (entry.isDirectory()) await this.shredFolder(join(path, entry.name));
        else await this.shredFile(join(path, entry.name));
      }
      if ((await this.removeFolder(path)) === 'occupied') continue;
      await this.syncFolder(dirname(path));
      return;
    }
    throw new VaultError('contended', `${path} is being filled while it is emptied`);
  }
}

/** The content of a file only its owner can read; undefined when there is none. */
export async function readOwnFile(path: string): Promise<Buffer | undefined> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch(ignoreMissing);
  if (file === undefined) return undefined;
  try {
    refuseOthers(path, await file.stat());
    return await file.readFile();
  } finally {
    await file.close();
  }
}

/** @throws VaultError `too-open` unless the path is a folder that only this user can enter. */
export async function requireOwnFolder(path: string): Promise<void> {
  const stats = await lstat(path);
  if (!stats.isDirectory())
    throw new VaultError('too-open', `${path} must be a folder, not a link or a file`);
  refuseOthers(path, stats);
}

function refuseOthers(path: string, stats: Stats): void {
  const mode = stats.mode & 0o777;
  if ((mode & 0o077) !== 0) {
    const wanted = stats.isDirectory() ? '700' : '600';
    throw new VaultError(
      'too-open',
      `${path} has mode ${mode.toString(8)}, so others can reach keys: chmod ${wanted}`,
    );
  }
  if (process.getuid !== undefined && stats.uid !== process.getuid()) {
    throw new VaultError(
      'too-open',
      `${path} belongs to user ${stats.uid}, not to the one this process runs as`,
    );
  }
}

/** Names in a folder; empty when there is none. */
export async function listFolder(path: string): Promise<string[]> {
  return (await readdir(path).catch(ignoreMissing)) ?? [];
}

/** What stands at a path, in one system call, so that a hit in a cache can afford to ask. */
export function lookAt(path: string): { folder: string[] } | 'file' | 'nothing' {
  try {
    return { folder: readdirSync(path) };
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return 'nothing';
    if (errorCode(error) === 'ENOTDIR') return 'file';
    throw error;
  }
}

/** A path through a name that is now a file is as gone as one through a name that is no more. */
function ignoreMissing(error: unknown): undefined {
  if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return undefined;
  throw error;
}

async function outcomeOf(work: () => Promise<unknown>): Promise<Outcome> {
  try {
    await work();
    return 'done';
  } catch (error) {
    const code = errorCode(error);
    if (code === 'EEXIST' || code === 'ENOTEMPTY') return 'occupied';
    if (code === 'ENOENT' || code === 'ENOTDIR') return 'gone';
    throw error;
  }
}

function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
