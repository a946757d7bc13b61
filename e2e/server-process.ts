import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { type DemoServer, freePort } from '../demo/use-server.ts';

/** A line of a process's log. */
export type LogLine = Readonly<Record<string, unknown>>;

/** One bundled server, which can be asked like the one of the demo, ended and started again at the same address. */
export interface ServerProcess extends DemoServer {
  readonly log: readonly LogLine[];
  /** Ends it without warning. */
  kill(): Promise<void>;
  /** It does nothing from now on, but its connections stay, as when its machine pauses. */
  freeze(): void;
  thaw(): void;
  /** Starts it, and waits until it is ready. */
  start(): Promise<void>;
}

const startPatienceMs = 300_000;

/** @param input.main the bundle's `main.mjs`. It runs once `start` is called, and never longer than this process. */
export async function createServerProcess(input: {
  readonly name: string;
  readonly main: string;
  readonly environment: Readonly<Record<string, string>>;
}): Promise<ServerProcess> {
  const { name, main, environment } = input;
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const log: LogLine[] = [];
  let child: ChildProcess | null = null;
  // Also when a test was given up before it could stop what it had started.
  process.once('exit', () => child?.kill('SIGKILL'));

  async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }
  return {
    url,
    log,
    operator: { login: 'operator', password: environment['CANDOR_OPERATOR_PASSWORD'] ?? '' },
    async start() {
      const started = spawn(process.execPath, [main], {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, CANDOR_PUBLIC_URL: url, ...environment, PORT: String(port) },
      });
      child = started;
      createInterface(started.stdout).on('line', (line) => {
        if (line.startsWith('{')) log.push(JSON.parse(line) as LogLine);
      });
      const deadline = performance.now() + startPatienceMs;
      while (!(await isReady(url))) {
        if (started.exitCode !== null) throw new Error(`${name} ended with code ${started.exitCode}`);
        if (performance.now() > deadline) throw new Error(`${name} did not become ready`);
        await new Promise((done) => setTimeout(done, 50));
      }
    },
    kill: () => end('SIGKILL'),
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    stop: () => end('SIGTERM'),
  };
}

export async function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/readyz`).then(
    (response) => response.ok,
    () => false,
  );
}
