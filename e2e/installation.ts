import type pg from 'pg';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { keepPostgres } from '../server/embedded-postgres/keep-postgres.ts';
import { createLog } from '../server/kernel/log.ts';
import { createServerProcess, type ServerProcess } from './server-process.ts';

export type Role = 'api' | 'gateway' | 'worker';

/** One process of an installation. */
export interface Member extends ServerProcess {
  readonly role: Role;
  readonly name: string;
}

export interface Installation {
  readonly members: readonly Member[];
  readonly databaseUrl: string;
  of(role: Role): readonly [Member, Member];
  /** Ends PostgreSQL without warning; it is started again at the same address. */
  killDatabase(): void;
  stop(): Promise<void>;
}

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
    for (const number of [1, 2]) {
      const name = `${role} ${number}`;
      const settingsOfRole = { ...environment, CANDOR_ROLE: role };
      members.push({
        ...(await createServerProcess({ name, main, environment: settingsOfRole })),
        role,
        name,
      });
    }
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

/**
 * The connections on which processes hear of changes stay, and nothing comes over them any more.
 * @returns lets them hear again. @throws when there are not `count` of them.
 */
export async function silenceListeners(admin: pg.Client, count: number): Promise<() => void> {
  const { rows } = await admin.query<{ pid: number }>(
    `select pid from pg_stat_activity where application_name = 'candor-listen'`,
  );
  if (rows.length !== count) throw new Error(`${rows.length} connections listened, not ${count}`);
  for (const { pid } of rows) process.kill(pid, 'SIGSTOP');
  return () => {
    for (const { pid } of rows) process.kill(pid, 'SIGCONT');
  };
}

/** Ends every connection on which a process hears of changes. @throws when there are not `count` of them. */
export async function cutListeners(admin: pg.Client, count: number): Promise<void> {
  const { rowCount } = await admin.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'candor-listen'`,
  );
  if (rowCount !== count) throw new Error(`${rowCount} connections listened, not ${count}`);
}
