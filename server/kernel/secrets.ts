import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * A secret of this installation, made at first use and kept in a file that only its owner reads. Atomic: a crash leaves
 * either no secret or a whole one, and of several processes that start at once all get the same.
 * @throws DamagedSecretError for a file that was cut off.
 */
export async function readSecret(dataDir: string, name: string, make: () => string): Promise<string> {
  const path = secretPath(dataDir, name);
  const folder = dirname(path);
  const existing = await readIfThere(path);
  if (existing !== null) return whole(existing, path);
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

export function secretPath(dataDir: string, name: string): string {
  return join(dataDir, 'secrets', name);
}

/** A file of this installation is damaged: only its backup helps. */
export class DamagedSecretError extends Error {
  constructor(path: string) {
    super(
      `The secret in ${path} is damaged. Put its backup in its place; see the guide of operators on backups.`,
    );
    this.name = 'DamagedSecretError';
  }
}

/** Shorter than any that is made: a file that was cut off must not become a key that is empty. */
const shortestSecret = 12;

function whole(secret: string, path: string): string {
  if (secret.trim().length < shortestSecret) throw new DamagedSecretError(path);
  return secret;
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
  await rm(secretPath(dataDir, name), { force: true });
}
