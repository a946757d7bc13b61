import {
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { processStartTime } from './process-identity.mjs';

/**
 * @typedef {{ pid: number, startTime: string }} LockHolder
 * @typedef {{ release: () => void }} Lock
 */

/**
 * Takes the lock kept in `directory`, or says which running process holds it.
 *
 * Each holder writes a file named by the next number; the highest number is the holder, and an emptied
 * file means "released". A lock left by a dead process is taken over by creating the number after it,
 * which only one contender can do: no stale lock is ever deleted while another may be judging it.
 * @param {string} directory
 * @returns {{ lock: Lock, holder?: undefined } | { lock?: undefined, holder: LockHolder }}
 */
export function tryLock(directory) {
  mkdirSync(dirname(directory), { recursive: true });
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  for (;;) {
    const latest = latestGeneration(directory);
    const holder = readHolder(directory, latest);
    if (holder === 'gone') continue;
    if (holder !== undefined && processStartTime(holder.pid) === holder.startTime) return { holder };

    const mine = latest + 1;
    if (!createGeneration(directory, mine)) continue;
    // A contender with an old view of the directory may have created a number already passed by.
    if (latestGeneration(directory) !== mine) continue;
    for (const generation of generations(directory)) {
      if (generation < mine) remove(join(directory, String(generation)));
    }
    return { lock: { release: () => empty(join(directory, String(mine))) } };
  }
}

/**
 * Takes the lock kept in `directory`, waiting for its holder for at most `timeoutMs`.
 * @param {string} directory
 * @param {{ timeoutMs: number, onWait?: (holder: LockHolder) => void }} options
 */
export async function waitForLock(directory, { timeoutMs, onWait }) {
  const deadline = performance.now() + timeoutMs;
  for (let isFirst = true; ; isFirst = false) {
    const attempt = tryLock(directory);
    if (attempt.lock || performance.now() >= deadline) return attempt;
    if (isFirst) onWait?.(attempt.holder);
    await delay(100);
  }
}

/** @param {string} directory */
function generations(directory) {
  return readdirSync(directory).map(Number).filter(Number.isInteger);
}

/** @param {string} directory */
function latestGeneration(directory) {
  return Math.max(0, ...generations(directory));
}

/**
 * @param {string} directory
 * @param {number} generation
 * @returns {LockHolder | undefined | 'gone'}
 */
function readHolder(directory, generation) {
  if (generation === 0) return undefined;
  try {
    const content = readFileSync(join(directory, String(generation)), 'utf8');
    return content === '' ? undefined : /** @type {LockHolder} */ (JSON.parse(content));
  } catch (error) {
    if (isCode(error, 'ENOENT')) return 'gone';
    throw error;
  }
}

/**
 * @param {string} directory
 * @param {number} generation
 */
function createGeneration(directory, generation) {
  const draft = join(directory, `draft-${process.pid}-${generation}-${performance.now()}`);
  const startTime = processStartTime(process.pid);
  writeFileSync(draft, JSON.stringify({ pid: process.pid, startTime }), { mode: 0o600 });
  try {
    // A link appears whole or not at all, so a reader never sees half a holder.
    linkSync(draft, join(directory, String(generation)));
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    remove(draft);
  }
}

/** @param {string} path */
function remove(path) {
  unlessGone(() => unlinkSync(path));
}

/** @param {string} path */
function empty(path) {
  unlessGone(() => truncateSync(path));
}

/** @param {() => void} work */
function unlessGone(work) {
  try {
    work();
  } catch (error) {
    if (!isCode(error, 'ENOENT')) throw error;
  }
}

/**
 * @param {unknown} error
 * @param {string} code
 */
function isCode(error, code) {
  return error instanceof Error && 'code' in error && error.code === code;
}
