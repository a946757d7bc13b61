import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { processStartTime } from '../../scripts/lib/process-identity.mjs';

/** The server process of one cluster; the start time makes sure that a reused pid is never signalled. */
export type Postmaster = { readonly pid: number; readonly startTime: string };

/**
 * How long a fast shutdown may take: it writes a checkpoint of 128 MB at most. One that is asked for while the
 * server recovers from a crash may never end, so this must not be long.
 */
const FAST_SHUTDOWN_MS = 10_000;
const IMMEDIATE_SHUTDOWN_MS = 15_000;
const POLL_MS = 20;

export function isRunning(postmaster: Postmaster): boolean {
  return processStartTime(postmaster.pid) === postmaster.startTime;
}

/** What a running server says about itself in `postmaster.pid`; undefined if there is no such file. */
export async function readPidFile(clusterDir: string) {
  const content = await readFile(join(clusterDir, 'postmaster.pid'), 'utf8').catch(() => undefined);
  if (content === undefined) return undefined;
  const [pid, , , port, , , , status] = content.split('\n').map((line) => line.trim());
  return { pid: Math.abs(Number(pid)), port: Number(port), isReady: status === 'ready' };
}

/**
 * The server that still runs on `clusterDir` after its parent died, with its command line.
 * A stale file may name a pid that now belongs to another process, so the process itself is asked.
 */
export async function findPostmaster(clusterDir: string) {
  const file = await readPidFile(clusterDir);
  if (file === undefined || !(file.pid > 0)) return undefined;
  const startTime = processStartTime(file.pid);
  const commandLine = readCommandLine(file.pid);
  if (startTime === undefined || !basename(commandLine[0] ?? '').startsWith('postgres')) return undefined;
  const runsHere = commandLine.includes(clusterDir) || workingDirectory(file.pid) === clusterDir;
  return runsHere
    ? { pid: file.pid, startTime, port: file.port, arguments: commandLine.slice(1) }
    : undefined;
}

/** Waits until the server accepts connections; throws if it ends before. */
export async function waitUntilReady(postmaster: Postmaster, clusterDir: string): Promise<void> {
  for (;;) {
    const file = await readPidFile(clusterDir);
    if (file?.pid === postmaster.pid && file.isReady) return;
    // Replaying the log after a crash has no upper limit, so only the end of the process is a failure.
    if (!isRunning(postmaster)) throw new Error('PostgreSQL ended while starting');
    await delay(POLL_MS);
  }
}

/** Logs in once, which proves that this server is ours: only ours knows the password's verifier. */
export async function proveConnection(adminUrl: string): Promise<void> {
  const client = new Client({ connectionString: adminUrl, connectionTimeoutMillis: 10_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('select 1');
  } finally {
    await client.end();
  }
}

/** Fast shutdown: open transactions are rolled back, everything is written, then the process ends. */
export async function stopPostmaster(postmaster: Postmaster): Promise<void> {
  signal(postmaster, 'SIGINT');
  if (await hasEnded(postmaster, FAST_SHUTDOWN_MS)) return;
  // Immediate shutdown loses nothing that was committed; the next start replays the log.
  signal(postmaster, 'SIGQUIT');
  if (await hasEnded(postmaster, IMMEDIATE_SHUTDOWN_MS)) return;
  throw new Error(`PostgreSQL (pid ${postmaster.pid}) does not stop`);
}

function signal(postmaster: Postmaster, name: NodeJS.Signals): void {
  if (!isRunning(postmaster)) return;
  try {
    process.kill(postmaster.pid, name);
  } catch (error) {
    if (isRunning(postmaster)) throw error;
  }
}

async function hasEnded(postmaster: Postmaster, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (isRunning(postmaster)) {
    if (performance.now() >= deadline) return false;
    await delay(POLL_MS);
  }
  return true;
}

function readCommandLine(pid: number): string[] {
  try {
    if (process.platform === 'linux')
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
    const command = execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
    // `ps` joins arguments by spaces; cut at the options, none of which holds one unless the path does.
    return command.trim().split(/ (?=-[cD] )| (?<=-[cD] )/);
  } catch {
    return [];
  }
}

function workingDirectory(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}
