import { open, readFile, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

const beatMs = 1000;
// Several missed beats: the holder is gone, or the machine stood still.
const staleAfterMs = 10_000;
const retryMs = 100;

/**
 * Runs `work` while no other process runs it under the same lock file. The holder touches the file
 * every second, so that one left behind by a killed process does not block for ever. Two who find it
 * stale in the same instant may both go in: use it to save work, not to protect what cannot be checked.
 */
export async function withFileLock<Result>(
  path: string,
  signal: AbortSignal,
  work: () => Promise<Result>,
): Promise<Result> {
  while (!(await tryCreate(path))) {
    if (await isAbandoned(path)) await rm(path, { force: true });
    else await delay(retryMs, undefined, { signal });
  }
  const beat = setInterval(() => void touch(path), beatMs);
  beat.unref();
  try {
    return await work();
  } finally {
    clearInterval(beat);
    await rm(path, { force: true });
  }
}

async function tryCreate(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx', 0o600);
    await file.writeFile(`${process.pid} ${hostname()}`);
    await file.close();
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

async function isAbandoned(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (!found) return false;
  if (Date.now() - found.mtimeMs > staleAfterMs) return true;
  const [pid, host] = (await readFile(path, 'utf8').catch(() => '')).split(' ');
  return host === hostname() && pid !== undefined && !isRunning(Number(pid));
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Anything but "no such process" means that there is one, only not ours.
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

async function touch(path: string): Promise<void> {
  const now = new Date();
  await utimes(path, now, now).catch(() => {});
}
