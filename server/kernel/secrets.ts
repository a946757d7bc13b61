import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * A secret of this installation, made at first use and kept in a file nobody else can read. Atomic: a crash leaves
 * either no secret or a whole one.
 */
export async function readSecret(dataDir: string, name: string, make: () => string): Promise<string> {
  const folder = join(dataDir, 'secrets');
  const path = join(folder, name);
  const existing = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
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
  await rename(draft, path);
  return secret;
}

/** Removes a secret that is of no use any more; one that is not there is removed already. */
export async function removeSecret(dataDir: string, name: string): Promise<void> {
  await rm(join(dataDir, 'secrets', name), { force: true });
}
