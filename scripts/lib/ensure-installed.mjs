import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { waitForLock } from './process-lock.mjs';
import { giveUp, inProject, projectRoot, readIfThere, say, secondsSince } from './project.mjs';

const INSTALL_TIMEOUT_MS = 20 * 60_000;

/** @typedef {{ packages: Record<string, { version?: string, optional?: boolean, link?: boolean, peer?: boolean }> }} LockFile */

/** Installs the dependencies if they are missing or other than package-lock.json says. */
export async function ensureInstalled() {
  requireNode();
  if (isInstalled()) return;
  const { lock, holder } = await waitForLock(inProject('.candor', 'install-lock'), {
    timeoutMs: INSTALL_TIMEOUT_MS,
    onWait: ({ pid }) => say(`Waiting for process ${pid}, which is installing the dependencies …`),
  });
  if (lock === undefined)
    giveUp(`Process ${holder.pid} is still installing the dependencies. Try again later.`);
  try {
    if (!isInstalled()) await install();
  } finally {
    lock.release();
  }
}

function requireNode() {
  const { engines } = /** @type {{ engines: { node: string } }} */ (
    JSON.parse(readFileSync(inProject('package.json'), 'utf8'))
  );
  const wanted = engines.node.replace('>=', '').split('.').map(Number);
  const actual = process.versions.node.split('.').map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = wanted;
  const [major = 0, minor = 0] = actual;
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return;
  giveUp(`Candor needs Node ${engines.node}; this is Node ${process.versions.node}.`);
}

function isInstalled() {
  const lockFile = readFileSync(inProject('package-lock.json'), 'utf8');
  if (readIfThere(stampFile()) === stampOf(lockFile)) return true;
  // npm may have been run by hand; npm leaves a list of what it installed.
  if (!holdsAllOf(lockFile)) return false;
  writeFileSync(stampFile(), stampOf(lockFile));
  return true;
}

/** @param {string} lockFile */
function holdsAllOf(lockFile) {
  const installedList = readIfThere(inProject('node_modules', '.package-lock.json'));
  if (installedList === undefined) return false;
  const { packages: wanted } = /** @type {LockFile} */ (JSON.parse(lockFile));
  const { packages: installed } = /** @type {LockFile} */ (JSON.parse(installedList));
  return Object.entries(wanted).every(([path, entry]) => {
    // Optional packages are for other machines; the entries outside node_modules are our own workspaces.
    if (!path.includes('node_modules/')) return true;
    const found = installed[path];
    return found === undefined ? entry.optional === true : found.version === entry.version;
  });
}

async function install() {
  const startedAt = performance.now();
  say('Installing the dependencies …');
  const npm = process.env['npm_execpath'];
  const [file, args] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
  const options = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const child = spawn(file, [...args, ...options], {
    cwd: projectRoot,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const code = await once(child, 'exit').then(
    ([exitCode]) => /** @type {number | null} */ (exitCode),
    (error) => giveUp(`npm could not be started: ${String(error)}`),
  );
  if (code !== 0) {
    giveUp(
      `The dependencies could not be installed: npm ended with ${code ?? 'a signal'}, and what it said is above.\n` +
        'Usual causes: no way to the npm registry, a full disk, or a package-lock.json that does not fit package.json.',
    );
  }
  const lockFile = readFileSync(inProject('package-lock.json'), 'utf8');
  writeFileSync(stampFile(), stampOf(lockFile));
  say(`Installed in ${secondsSince(startedAt)}.`);
}

/**
 * Packages with native parts differ by machine, so a folder moved to another one is stale too.
 * @param {string} lockFile
 */
function stampOf(lockFile) {
  const machine = `${process.platform}-${process.arch}`;
  return createHash('sha256').update(machine).update(lockFile).digest('hex');
}

function stampFile() {
  return inProject('node_modules', '.candor-lock');
}
