import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

export interface Started {
  readonly child: ChildProcess;
  readonly stop: () => Promise<void>;
}

/** Starts a server and waits until `look` succeeds. @throws when it ends before, or is not ready after two minutes. */
export async function startProcess(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> },
  look: () => Promise<unknown>,
): Promise<Started> {
  const child = spawn(command, args, {
    cwd: options.cwd,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, ...options.env },
  });
  const ended = once(child, 'exit');
  try {
    await untilDone(look, () => child.exitCode === null);
  } catch (error) {
    throw new Error(`${command} is not ready, code ${String(child.exitCode)}`, { cause: error });
  }
  return {
    child,
    stop: async () => {
      child.kill('SIGINT');
      await ended;
    },
  };
}

/** Repeats `work` until it succeeds. @throws its last error after two minutes, or once there is no hope. */
export async function untilDone(
  work: () => Promise<unknown>,
  hasHope: () => boolean = () => true,
): Promise<void> {
  const latestAt = performance.now() + 120_000;
  for (;;) {
    try {
      await work();
      return;
    } catch (error) {
      if (!hasHope() || performance.now() > latestAt) throw error;
      await delay(200);
    }
  }
}

/** @throws when nothing listens; what is answered does not matter. */
export async function answers(url: string): Promise<void> {
  await (await fetch(url)).arrayBuffer();
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

/** CPU time and memory of a process and its threads, as Linux counts them. */
export interface Consumption {
  readonly cpuMicros: number;
  /** Most that was ever resident. */
  readonly peakBytes: number;
}

/** Of these processes together; one that has ended counts as nothing. */
export function consumptionOf(processIds: readonly number[]): Consumption {
  const parts = processIds.map(consumptionOfOne);
  return {
    cpuMicros: parts.reduce((sum, { cpuMicros }) => sum + cpuMicros, 0),
    peakBytes: parts.reduce((sum, { peakBytes }) => sum + peakBytes, 0),
  };
}

/** The process and all that it has started, and so on. */
export function familyOf(processId: number): number[] {
  return [processId, ...readChildren(processId).flatMap(familyOf)];
}

function readChildren(processId: number): number[] {
  return read(`/proc/${processId}/task/${processId}/children`).split(' ').filter(Boolean).map(Number);
}

function consumptionOfOne(processId: number): Consumption {
  // Nanoseconds on a core: `stat` counts in hundredths of a second, too coarse for a round of three.
  const nanoseconds = threadsOf(processId).map((thread) =>
    Number(read(`/proc/${processId}/task/${thread}/schedstat`).split(' ')[0] ?? 0),
  );
  const peakKib = Number(/^VmHWM:\s+(\d+)/m.exec(read(`/proc/${processId}/status`))?.[1] ?? 0);
  return { cpuMicros: nanoseconds.reduce((sum, part) => sum + part, 0) / 1000, peakBytes: peakKib * 1024 };
}

function threadsOf(processId: number): string[] {
  try {
    return readdirSync(`/proc/${processId}/task`);
  } catch {
    return [];
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}
