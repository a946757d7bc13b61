import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { filesBelow } from './files-below.mjs';
import { waitForLock } from './process-lock.mjs';
import { giveUp, inProject, projectRoot, readIfThere, say, secondsSince } from './project.mjs';
import { capture } from './capture.mjs';

const BUILD_TIMEOUT_MS = 5 * 60_000;

/** Builds the web console if its sources changed since the last build. */
export async function ensureConsole() {
  if (!existsSync(inProject('console', 'src'))) return;
  if (isBuilt(hashOfSources())) return;
  const { lock, holder } = await waitForLock(inProject('.candor', 'console-lock'), {
    timeoutMs: BUILD_TIMEOUT_MS,
    onWait: ({ pid }) => say(`Waiting for process ${pid}, which is building the console …`),
  });
  if (lock === undefined) giveUp(`Process ${holder.pid} is still building the console. Try again later.`);
  try {
    const hash = hashOfSources();
    if (!isBuilt(hash)) await build(hash);
  } finally {
    lock.release();
  }
}

/** @param {string} hash */
async function build(hash) {
  const startedAt = performance.now();
  say('Building the console …');
  const consolePackage = createRequire(inProject('console', 'package.json'));
  const vite = join(dirname(consolePackage.resolve('vite/package.json')), 'bin', 'vite.js');
  const { code, output } = await capture(process.execPath, [vite, 'build'], {
    cwd: inProject('console'),
    env: { NODE_ENV: 'production' },
  });
  if (code !== 0) giveUp(`The console could not be built:\n${output}`);
  writeFileSync(hashFile(), hash);
  say(`Built in ${secondsSince(startedAt)}.`);
}

/** @param {string} hash */
function isBuilt(hash) {
  return existsSync(inProject('console', 'dist', 'index.html')) && readIfThere(hashFile()) === hash;
}

/** One hash over the names and contents of everything that the build reads. */
function hashOfSources() {
  const hash = createHash('sha256');
  for (const path of [...filesBelow(inProject('console')), inProject('package-lock.json')]) {
    hash
      .update(`${relative(projectRoot, path)}\0`)
      .update(readFileSync(path))
      .update('\0');
  }
  return hash.digest('hex');
}

function hashFile() {
  return inProject('console', 'dist', '.candor-hash');
}
