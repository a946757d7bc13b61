import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { addToyModule, insert } from './add-toy-module.ts';

const project = resolve(import.meta.dirname, '..');

/** The source of this release in a folder of its own. */
export function copyRelease(into: string): void {
  for (const part of [
    'server',
    'privacy-engine',
    'scripts',
    'package.json',
    'package-lock.json',
    'tsconfig.json',
  ])
    cpSync(join(project, part), join(into, part), {
      recursive: true,
      filter: (path) => basename(path) !== 'node_modules',
    });
  for (const folder of ['', 'server', 'privacy-engine']) linkPackages(folder, into);
}

/** The packages of the checkout, but our own packages from the copy. */
function linkPackages(folder: string, into: string): void {
  const packages = join(project, folder, 'node_modules');
  mkdirSync(join(into, folder, 'node_modules'));
  for (const name of readdirSync(packages))
    if (name !== '@candor' && name !== '.cache')
      symlinkSync(join(packages, name), join(into, folder, 'node_modules', name));
  if (folder !== '') return;
  mkdirSync(join(into, 'node_modules', '@candor'));
  symlinkSync(join(into, 'privacy-engine'), join(into, 'node_modules', '@candor', 'privacy-engine'));
}

/** Makes the copy the next release: the toy module, and a column of a table that is there. */
export function addNextRelease(folder: string): void {
  addToyModule(folder, 'server');
  insert(
    join(folder, 'server/modules/announcements/schema.ts'),
    'titleEn: plain(text().notNull(), ownText),',
    (found) => `${found}\n    subtitle: plain(text(), ownText),`,
  );
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', 'server/generate/write-migration.ts', 'notes'],
    { cwd: folder, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`no migration:\n${stdout}${stderr}`);
}
