import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { addToyModule, insert } from './add-toy-module.ts';

export const project = resolve(import.meta.dirname, '..');

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
  linkPackages(into);
}

/** Gives a copy the packages of the checkout, except our own, which are those of the copy. */
export function linkPackages(into: string): void {
  for (const folder of ['', 'server', 'privacy-engine']) linkFolder(folder, into);
}

function linkFolder(folder: string, into: string): void {
  const packages = join(project, folder, 'node_modules');
  mkdirSync(join(into, folder, 'node_modules'));
  for (const name of readdirSync(packages))
    if (name !== '@candor' && name !== '.cache')
      symlinkSync(join(packages, name), join(into, folder, 'node_modules', name));
  if (folder !== '') return;
  mkdirSync(join(into, 'node_modules', '@candor'));
  symlinkSync(join(into, 'privacy-engine'), join(into, 'node_modules', '@candor', 'privacy-engine'));
}

/** Bundles a copy with the script it brings. @returns the bundle's `main.mjs`. */
export function bundleRelease(folder: string): string {
  const script = pathToFileURL(join(folder, 'scripts/lib/bundle-server.mjs')).href;
  const out = join(folder, 'dist', 'server');
  const source = `import { bundleServer } from ${JSON.stringify(script)};
    await bundleServer(${JSON.stringify(folder)}, ${JSON.stringify(out)});`;
  run(folder, 'no bundle', process.execPath, ['--input-type=module', '--eval', source]);
  return join(out, 'main.mjs');
}

/** Makes the copy the next release: the toy module, and a column of a table that is there. */
export function addNextRelease(folder: string): void {
  addToyModule(folder, 'server');
  insert(
    join(folder, 'server/modules/announcements/schema.ts'),
    'titleEn: plain(text().notNull(), ownText),',
    (found) => `${found}\n    subtitle: plain(text(), ownText),`,
  );
  const writeMigration = ['--import', 'tsx', 'server/generate/write-migration.ts', 'notes'];
  run(folder, 'no migration', process.execPath, writeMigration);
}

/** @throws with `failure` and what the program said when it fails. */
export function run(folder: string, failure: string, program: string, args: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${failure}:\n${stdout}${stderr}`);
}
