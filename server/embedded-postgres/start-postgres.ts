import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, realpath, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { processStartTime } from '../../scripts/lib/process-identity.mjs';
import { waitForLock } from '../../scripts/lib/process-lock.mjs';
import { choosePort, prepareSocketDir, rememberPort, removeStaleSockets } from './address.ts';
import { findBinaries } from './binaries.ts';
import { createCluster } from './create-cluster.ts';
import { openLog, readLogFrom, trimLog } from './log-file.ts';
import {
  findPostmaster,
  isRunning,
  proveConnection,
  stopPostmaster,
  waitUntilReady,
  type Postmaster,
} from './postmaster.ts';
import { stopWithParent } from './stop-with-parent.ts';
import { chooseRunAs, commandFor, giveTo, type RunAs } from './run-as.ts';
import { postgresArguments } from './settings.ts';
import { PostgresStartError } from './postgres-start-error.ts';

export type StartPostgres = {
  /** A folder for this server alone; created when missing. */
  dataDir: string;
  /** Where `initdb` and `postgres` are, if not in the npm package. */
  binDir?: string | undefined;
  port?: number | undefined;
  log: { info: (message: string) => void; warn: (message: string) => void };
  settings?: Readonly<Record<string, string>> | undefined;
  /** How long to wait for a server that is just stopping to let go of the folder. */
  lockTimeoutMs?: number | undefined;
  /** For servers without a later owner, such as a test's: end the server when this process dies, however it dies. */
  stopsWithParent?: boolean | undefined;
  /** Called when the server's process runs, before it takes connections. */
  onSpawned?: (() => void) | undefined;
  /** Called when the server ends without `stop()`; it is not restarted. */
  onUnexpectedExit?: (() => void) | undefined;
};

export type EmbeddedPostgres = {
  /** The superuser's address over loopback TCP, password included. */
  adminUrl: string;
  socketDir: string;
  port: number;
  pid: number;
  /** True if a server that had outlived its parent was taken over. */
  adopted: boolean;
  stop: () => Promise<void>;
};

const START_ATTEMPTS = 20;
const WATCH_MS = 1_000;

/** Starts the PostgreSQL server of `dataDir`, or adopts the one that still runs there; creates it at first. */
export async function startEmbeddedPostgres(input: StartPostgres): Promise<EmbeddedPostgres> {
  await mkdir(dirname(input.dataDir), { recursive: true });
  await mkdir(input.dataDir, { recursive: true, mode: 0o700 });
  const dataDir = await realpath(input.dataDir);
  const { lock, holder } = await waitForLock(join(dataDir, 'lock'), {
    timeoutMs: input.lockTimeoutMs ?? 5_000,
    onWait: ({ pid }) => input.log.info(`Waiting for process ${pid} to let go of ${dataDir}`),
  });
  if (lock === undefined) {
    throw new PostgresStartError(
      `The database in ${dataDir} is in use by process ${holder.pid}. Stop it first, or set another CANDOR_DATA.`,
    );
  }
  try {
    const started = await adoptOrStart(dataDir, input);
    const untie = input.stopsWithParent ? stopWithParent(started.postmaster) : undefined;
    const unwatch = watch(dataDir, started.postmaster, input, untie);
    const stop = async () => {
      unwatch();
      untie?.();
      await stopPostmaster(started.postmaster);
      if (!started.socketDir.startsWith(dataDir))
        await rm(started.socketDir, { recursive: true, force: true });
      lock.release();
    };
    let stopping: Promise<void> | undefined;
    const { socketDir, port, adminUrl, adopted } = started;
    return {
      adminUrl,
      socketDir,
      port,
      pid: started.postmaster.pid,
      adopted,
      stop: () => (stopping ??= stop()),
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function adoptOrStart(dataDir: string, input: StartPostgres) {
  const runAs = await chooseRunAs(await findBinaries(input.binDir), dataDir);
  const settings = input.settings ?? {};
  const { clusterDir, password } = await createCluster(dataDir, runAs, {
    isDurable: settings.fsync !== 'off',
  });
  const socketDir = await prepareSocketDir(dataDir, runAs);
  const site = { dataDir, clusterDir, socketDir, runAs, settings, password };

  const adopted = await adopt(site, input);
  if (adopted !== undefined) return { ...adopted, socketDir, adopted: true };
  await giveTo(runAs, clusterDir);
  await rm(join(clusterDir, 'postmaster.pid'), { force: true });
  await removeStaleSockets(socketDir);
  await trimLog(dataDir);
  const started = await start(site, input);
  await rememberPort(dataDir, started.port);
  return { ...started, socketDir, adopted: false };
}

type Site = {
  dataDir: string;
  clusterDir: string;
  socketDir: string;
  runAs: RunAs;
  settings: Readonly<Record<string, string>>;
  password: string;
};

/** Takes over a server that was started exactly as we would start it; stops any other that runs on this data. */
async function adopt(site: Site, { log, port }: StartPostgres) {
  const orphan = await findPostmaster(site.clusterDir);
  if (orphan === undefined) return undefined;
  const isAsWanted =
    (port === undefined || port === orphan.port) &&
    orphan.arguments.join('\n') === postgresArguments({ ...site, port: orphan.port }).join('\n');
  if (isAsWanted) {
    try {
      const adminUrl = adminUrlOf(orphan.port, site.password);
      await waitUntilReady(orphan, site.clusterDir);
      await proveConnection(adminUrl);
      log.info(`Adopted the PostgreSQL server (pid ${orphan.pid}) that an earlier start left running`);
      return { postmaster: orphan, port: orphan.port, adminUrl };
    } catch (error) {
      log.warn(`The PostgreSQL server left running (pid ${orphan.pid}) cannot be adopted: ${String(error)}`);
    }
  }
  log.info(`Stopping the PostgreSQL server (pid ${orphan.pid}) that an earlier start left running`);
  await stopPostmaster(orphan);
  return undefined;
}

/** Starts the server, again if something passing was in its way: a port just taken, or a dying predecessor. */
async function start(site: Site, { port: wantedPort, log, onSpawned }: StartPostgres) {
  for (let attempt = 1; ; attempt += 1) {
    const port = await choosePort(site.dataDir, wantedPort);
    const adminUrl = adminUrlOf(port, site.password);
    const { postmaster, logOffset } = await spawnPostmaster(site, port);
    onSpawned?.();
    try {
      await waitUntilReady(postmaster, site.clusterDir);
      await proveConnection(adminUrl);
      log.info(`PostgreSQL runs on 127.0.0.1:${port}, ${site.runAs.description}, pid ${postmaster.pid}`);
      return { postmaster, port, adminUrl };
    } catch (cause) {
      await stopPostmaster(postmaster);
      const reason = await readLogFrom(site.dataDir, logOffset);
      const isPassing = /Address already in use|pre-existing shared memory block/.test(reason);
      if (!isPassing || attempt === START_ATTEMPTS) {
        throw new PostgresStartError(`PostgreSQL could not be started in ${site.dataDir}:\n${reason}`, {
          cause,
        });
      }
      await delay(500);
    }
  }
}

async function spawnPostmaster(
  site: Site,
  port: number,
): Promise<{ postmaster: Postmaster; logOffset: number }> {
  const logFile = await openLog(site.dataDir);
  try {
    const logOffset = (await logFile.stat()).size;
    const { file, args, options } = commandFor(site.runAs, 'postgres', postgresArguments({ ...site, port }));
    // Its own session: Ctrl-C in a terminal reaches us, and we stop the server after its clients.
    const child = spawn(file, args, {
      ...options,
      detached: true,
      stdio: ['ignore', logFile.fd, logFile.fd],
    });
    await once(child, 'spawn');
    child.unref();
    const pid = child.pid ?? 0;
    return { postmaster: { pid, startTime: processStartTime(pid) ?? 'ended' }, logOffset };
  } finally {
    await logFile.close();
  }
}

/** Looks after the running server: reports when it ended unexpectedly, and keeps its log small. */
function watch(
  dataDir: string,
  postmaster: Postmaster,
  { log, onUnexpectedExit }: StartPostgres,
  untie?: () => void,
): () => void {
  const timer = setInterval(() => {
    if (isRunning(postmaster)) {
      trimLog(dataDir).catch((error: unknown) =>
        log.warn(`The PostgreSQL log cannot be shortened: ${String(error)}`),
      );
      return;
    }
    clearInterval(timer);
    untie?.();
    log.warn(`The PostgreSQL server (pid ${postmaster.pid}) has ended unexpectedly`);
    onUnexpectedExit?.();
  }, WATCH_MS);
  timer.unref();
  return () => clearInterval(timer);
}

function adminUrlOf(port: number, password: string): string {
  return `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
}
