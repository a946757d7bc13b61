import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { bundleServer } from './bundle-server.mjs';
import { filesBelow } from './files-below.mjs';
import { inProject, projectRoot, say, secondsSince } from './project.mjs';

const sources = ['server', 'privacy-engine', 'scripts/lib'];
const settings = ['package-lock.json'];
/** A server that runs still loads parts of the bundle it was started from. */
const keptBundles = 3;

/**
 * The server in plain JavaScript, bundled anew when a source has changed: starting from TypeScript takes three times as
 * long. Two starts at once each make one, and the first to finish is used.
 * @returns {Promise<string>} the folder with `main.mjs` and `candor.mjs`
 */
export async function ensureBundle() {
  const cache = inProject('node_modules', '.cache', 'candor', 'bundles');
  const bundle = join(cache, hashOfSources());
  const server = join(bundle, 'server');
  if (existsSync(bundle)) return server;
  const startedAt = performance.now();
  const own = join(cache, `making-${process.pid}`);
  rmSync(own, { recursive: true, force: true });
  await bundleServer(projectRoot, join(own, 'server'));
  // Beside the code as in a checkout.
  mkdirSync(join(own, 'console'));
  symlinkSync(inProject('console', 'dist'), join(own, 'console', 'dist'));
  try {
    renameSync(own, bundle);
  } catch (error) {
    // Another start was quicker.
    rmSync(own, { recursive: true, force: true });
    if (!existsSync(bundle)) throw error;
  }
  removeOld(cache);
  say(`Bundled in ${secondsSince(startedAt)}.`);
  return server;
}

function hashOfSources() {
  const hash = createHash('sha256');
  const files = sources.flatMap((folder) => filesBelow(inProject(folder)));
  const read = files.filter(
    (path) => /\.(ts|mjs|sql|json)$/.test(path) && !/\.test\.|_snapshot\.json$/.test(path),
  );
  for (const path of [...read, ...settings.map((file) => inProject(file))])
    hash
      .update(`${relative(projectRoot, path)}\0`)
      .update(readFileSync(path))
      .update('\0');
  return hash.digest('hex').slice(0, 16);
}

/** @param {string} cache */
function removeOld(cache) {
  const bundles = readdirSync(cache)
    .filter((name) => !name.startsWith('making-'))
    .map((name) => ({ path: join(cache, name), madeAt: statSync(join(cache, name)).mtimeMs }))
    .toSorted((a, b) => b.madeAt - a.madeAt);
  for (const { path } of bundles.slice(keptBundles)) rmSync(path, { recursive: true, force: true });
}
