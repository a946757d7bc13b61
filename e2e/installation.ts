import type pg from 'pg';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type DemoServer, freePort } from '../demo/use-server.ts';
import { keepPostgres } from '../server/embedded-postgres/keep-postgres.ts';
import { createLog } from '../server/kernel/log.ts';

export type Role = 'api' | 'gateway' | 'worker';

/** A line of a process's log. */
export type LogLine = Readonly<Record<string, unknown>>;

/** One process of an installation. As a server it can be asked like the one that does everything. */
export interface Member extends DemoServer {
  readonly role: Role;
  readonly name: string;
  readonly log: readonly LogLine[];
  /** Ends it without warning. */
  kill(): Promise<void>;
  /** Starts it again at the same address, and waits until it is ready. */
  start(): Promise<void>;
}

export interface Installation {
  readonly members: readonly Member[];
  readonly databaseUrl: string;
  of(role: Role): readonly [Member, Member];
  /** Ends PostgreSQL without warning; it is started again at the same address. */
  killDatabase(): void;
  stop(): Promise<void>;
}

const startPatienceMs = 300_000;
const main = fileURLToPath(new URL('../dist/server/main.mjs', import.meta.url));

/** Two processes of each role, started at once on an empty database, as an operator would run them. */
export async function startInstallation(settings: Readonly<Record<string, string>>): Promise<Installation> {
  const bundled = spawnSync(process.execPath, ['scripts/bundle.mjs'], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    encoding: 'utf8',
  });
  if (bundled.status !== 0) throw new Error(`no bundle:\n${bundled.stdout}\n${bundled.stderr}`);
  const root = mkdtempSync(join(tmpdir(), 'candor-roles-'));
  let givenUp: Error | null = null;
  const postgres = await keepPostgres({
    dataDir: join(root, 'postgres'),
    log: createLog('silent'),
    stopsWithParent: true,
    onGivenUp(error) {
      givenUp = error;
    },
    // Killed again and again on purpose.
    pausesMs: Array.from({ length: 50 }, () => 0),
  });
  const environment = {
    DATABASE_URL: postgres.adminUrl,
    CANDOR_DATA: join(root, 'data'),
    CANDOR_OPERATOR_PASSWORD: randomBytes(12).toString('base64url'),
    CANDOR_MODEL: 'none',
    CANDOR_LOG_LEVEL: 'info',
    CANDOR_PUBLIC_URL: 'http://127.0.0.1:8787',
    ...settings,
  };
  const members: Member[] = [];
  for (const role of ['api', 'gateway', 'worker'] as const)
    for (const number of [1, 2]) members.push(createMember(role, number, await freePort(), environment));
  await Promise.all(members.map((member) => member.start()));
  return {
    members,
    databaseUrl: postgres.adminUrl,
    of(role) {
      const [one, other] = members.filter((member) => member.role === role);
      if (one === undefined || other === undefined) throw new Error(`there are no two of ${role}`);
      return [one, other];
    },
    killDatabase() {
      if (givenUp !== null) throw givenUp;
      process.kill(postgres.pid(), 'SIGKILL');
    },
    async stop() {
      await Promise.all(members.map((member) => member.stop()));
      await postgres.stop();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

function createMember(
  role: Role,
  number: number,
  port: number,
  environment: Readonly<Record<string, string>>,
): Member {
  const name = `${role} ${number}`;
  const url = `http://127.0.0.1:${port}`;
  const log: LogLine[] = [];
  let child: ChildProcess | null = null;

  async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }
  return {
    role,
    name,
    url,
    log,
    operator: { login: 'operator', password: environment['CANDOR_OPERATOR_PASSWORD'] ?? '' },
    async start() {
      const started = spawn(process.execPath, [main], {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, ...environment, PORT: String(port), CANDOR_ROLE: role },
      });
      child = started;
      // Also when a test was given up before it could stop what it had started.
      process.once('exit', () => started.kill('SIGKILL'));
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
    stop: () => end('SIGTERM'),
  };
}

export async function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/readyz`).then(
    (response) => response.ok,
    () => false,
  );
}

/** How often each job has run, by the minute it was scheduled for. */
export function jobsByMinute(workers: readonly Member[]): ReadonlyMap<string, ReadonlyMap<string, number>> {
  const byMinute = new Map<string, Map<string, number>>();
  for (const { log } of workers) {
    for (const { msg, job, scheduledFor } of log) {
      if (msg !== 'job done' || typeof scheduledFor !== 'string') continue;
      const jobs = byMinute.get(scheduledFor) ?? new Map<string, number>();
      byMinute.set(scheduledFor, jobs.set(String(job), (jobs.get(String(job)) ?? 0) + 1));
    }
  }
  return byMinute;
}

/** Jobs that a worker which is gone has locked, or that no worker takes. */
export async function stuckJobs(admin: pg.Client): Promise<string[]> {
  const { rows } = await admin.query<{ job: string }>(
    `select tasks.identifier as job from graphile_worker._private_jobs jobs
     join graphile_worker._private_tasks tasks on tasks.id = jobs.task_id
     where jobs.locked_at is not null or jobs.run_at < now() - interval '30 seconds'`,
  );
  return rows.map(({ job }) => job);
}

/** Ends every connection on which a process hears of changes. */
export async function cutListeners(admin: pg.Client, count: number): Promise<void> {
  const { rowCount } = await admin.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'candor-listen'`,
  );
  if (rowCount !== count) throw new Error(`${rowCount} connections listened, not ${count}`);
}
