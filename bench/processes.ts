import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';

export interface Started {
  readonly child: ChildProcess;
  readonly stop: () => Promise<void>;
}

/** Runs a server until `isReady` says so. @throws when it ends before, or is not ready after two minutes. */
export async function startProcess(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> },
  isReady: () => Promise<boolean>,
): Promise<Started> {
  const child = spawn(command, args, {
    cwd: options.cwd,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, ...options.env },
  });
  const ended = once(child, 'exit');
  const latestAt = performance.now() + 120_000;
  while (!(await isReady().catch(() => false))) {
    if (child.exitCode !== null) throw new Error(`${command} ended with code ${child.exitCode}`);
    if (performance.now() > latestAt) throw new Error(`${command} is not ready after two minutes`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return {
    child,
    async stop() {
      child.kill('SIGINT');
      await ended;
    },
  };
}

/** Whether anything listens and answers, whatever it says. */
export async function answers(url: string): Promise<boolean> {
  await (await fetch(url)).arrayBuffer();
  return true;
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
