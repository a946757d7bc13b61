import { copyFile, open, readFile, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';

const MAX_LOG_BYTES = 10 * 1024 * 1024;

export function logFileOf(dataDir: string): string {
  return join(dataDir, 'postgres.log');
}

/** Opens the server's log for appending; only we may read it. */
export async function openLog(dataDir: string) {
  const handle = await open(logFileOf(dataDir), 'a', 0o600);
  await handle.chmod(0o600);
  return handle;
}

/** Keeps the log below its limit, with one older copy. The server appends, so it goes on at the new end. */
export async function trimLog(dataDir: string, maxBytes = MAX_LOG_BYTES): Promise<void> {
  const path = logFileOf(dataDir);
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  );
  if (size <= maxBytes) return;
  await copyFile(path, `${path}.1`);
  await truncate(path);
}

/** What was written to the log after `offset`, for the message of a failed start. */
export async function readLogFrom(dataDir: string, offset: number): Promise<string> {
  const content = await readFile(logFileOf(dataDir)).catch(() => Buffer.alloc(0));
  return content.subarray(offset).toString('utf8').trim();
}
