import { setTimeout as delay } from 'node:timers/promises';
import { createRestartPolicy } from '../../scripts/lib/restart-policy.mjs';
import { PostgresStartError } from './postgres-start-error.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres, type StartPostgres } from './start-postgres.ts';

export interface KeepPostgres extends Omit<StartPostgres, 'port' | 'onUnexpectedExit'> {
  /** Called when the server cannot be kept running; it is stopped then. */
  readonly onGivenUp: (error: PostgresStartError) => void;
  readonly pausesMs?: readonly number[];
}

export interface KeptPostgres {
  /** Stays the same however often the server is started again. */
  readonly adminUrl: string;
  /** Of the server that runs now. */
  readonly pid: () => number;
  stop(): Promise<void>;
}

const defaultPausesMs = [0, 1_000, 2_000, 5_000, 10_000, 20_000] as const;
const steadyAfterMs = 60_000;

/** Runs the PostgreSQL server of a folder and starts it again at the same address when it ends unexpectedly. */
export async function keepPostgres(input: KeepPostgres): Promise<KeptPostgres> {
  const { log, onGivenUp } = input;
  const policy = createRestartPolicy({ pausesMs: input.pausesMs ?? defaultPausesMs, steadyAfterMs });
  const stopping = new AbortController();
  let restarting = Promise.resolve();
  let startedAtMs = performance.now();
  let current = await start();
  const { adminUrl, port } = current;

  function start(samePort?: number): Promise<EmbeddedPostgres> {
    startedAtMs = performance.now();
    return startEmbeddedPostgres({
      ...input,
      port: samePort,
      onUnexpectedExit: () => {
        restarting = restart();
      },
    });
  }

  async function restart(): Promise<void> {
    await current.stop();
    for (;;) {
      const pauseMs = policy.nextPauseMs(performance.now() - startedAtMs);
      if (pauseMs === undefined) {
        onGivenUp(new PostgresStartError('The PostgreSQL server keeps ending; see its log.'));
        return;
      }
      await delay(pauseMs, undefined, { signal: stopping.signal }).catch(() => {});
      if (stopping.signal.aborted) return;
      try {
        current = await start(port);
        log.warn(`PostgreSQL runs again, pid ${current.pid}`);
        return;
      } catch (error) {
        log.warn(`PostgreSQL could not be started again: ${String(error)}`);
      }
    }
  }

  return {
    adminUrl,
    pid: () => current.pid,
    async stop() {
      stopping.abort();
      await restarting;
      await current.stop();
    },
  };
}
