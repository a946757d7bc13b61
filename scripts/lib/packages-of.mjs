import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { placesFor } from './lock-file.mjs';

/**
 * Where the lock file has installed some packages and everything they need, as paths from the project's folder. What is
 * for another platform only is not there, and left out.
 * @param {import('./lock-file.mjs').LockFile} lockFile
 * @param {readonly string[]} names
 * @param {(path: string) => boolean} isInstalled
 * @returns {string[]}
 * @throws {Error} when one of the names is not installed
 */
export function packagesOf({ packages }, names, isInstalled) {
  /** @type {Set<string>} */
  const found = new Set();
  /**
   * @param {string} from
   * @param {string} name
   */
  const add = (from, name) => {
    const path = placesFor(from, name).find((place) => place in packages && isInstalled(place));
    if (path === undefined || found.has(path)) return;
    found.add(path);
    const { dependencies = {}, optionalDependencies = {} } = packages[path] ?? {};
    for (const needed of Object.keys({ ...dependencies, ...optionalDependencies })) add(path, needed);
  };
  for (const name of names) {
    add('server', name);
    if (![...found].some((path) => path.endsWith(`node_modules/${name}`)))
      throw new Error(`${name} is not installed`);
  }
  return [...found].sort();
}

/**
 * Copies installed packages into another folder, at the same places.
 * @param {readonly string[]} paths as `packagesOf` gives them
 * @param {string} from
 * @param {string} to
 */
export function copyPackages(paths, from, to) {
  for (const path of paths) {
    // The packages inside a package have entries of their own.
    const inner = join(from, path, 'node_modules');
    cpSync(join(from, path), join(to, path), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (source) => source !== inner,
    });
  }
}

/**
 * @param {string} folder
 * @returns {(path: string) => boolean}
 */
export function installedIn(folder) {
  return (path) => existsSync(join(folder, path, 'package.json'));
}
