import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * A secret of this installation, made at first use and kept in a file that only its owner reads. Atomic: a crash leaves
 * either no secret or a whole one, and of several processes that start at once all get the same.
 */
export async function readSecret(dataDir: string, name: string, make: () => string): Promise<string> {
  const folder = join(dataDir, 'secrets');
  const path = join(folder, name);
  const existing = await readIfThere(path);
  if (existing !== null) return existing;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const secret = make();
  const draft = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(secret);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    // Unlike `rename`, it never takes the place of a secret that another process has made meanwhile.
    await link(draft, path);
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) throw error;
  } finally {
    await rm(draft);
  }
  return (await readIfThere(path)) ?? secret;
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return null;
    throw error;
  }
}

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

/** Removes a secret that is of no use any more; one that is not there is removed already. */
export async function removeSecret(dataDir: string, name: string): Promise<void> {
  await rm(join(dataDir, 'secrets', name), { force: true });
}
