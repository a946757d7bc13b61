import type pg from 'pg';
import { openClient } from './connections.ts';
import type { Log } from './log.ts';

/** Locks by which a process says that it lives: they end with its connection, so with the process, however that ends. */
export interface HeldLocks {
  /** From now on the lock is held, until this process ends or releases it. Many processes may hold the same. */
  hold(name: string): Promise<void>;
  release(name: string): Promise<void>;
  close(): Promise<void>;
}

const reconnectAfterMs = 500;

const keyOf = (text: string) => `hashtextextended(${text}, 0)`;

/** SQL for whether a process of this database holds the lock of a name. @param text SQL of the name. */
export function isHeldSql(text: string): string {
  return `exists (
  select from pg_locks where locktype = 'advisory' and granted and objsubid = 1
    and database = (select oid from pg_database where datname = current_database())
    and (classid::bigint << 32 | objid::bigint) = ${keyOf(text)})`;
}

/** Holds locks on a connection of its own; one that is lost is made again, and takes every lock again. */
export function openHeldLocks(url: string, applicationName: string, log: Log): HeldLocks {
  const names = new Set<string>();
  let isClosed = false;
  let retry: NodeJS.Timeout | null = null;
  let client: pg.Client | null = null;
  let connecting = connect();

  async function connect(): Promise<void> {
    const next = openClient(url, applicationName);
    next.on('error', (error) => log.warn({ err: error, applicationName }, 'presence of this process lost'));
    try {
      await next.connect();
      next.on('end', reconnectLater);
      for (const name of names) await lock(next, name);
      client = next;
    } catch (error) {
      log.warn({ err: error, applicationName }, 'presence of this process not announced, trying again');
      await next.end().catch(() => {});
      reconnectLater();
    }
  }
  function reconnectLater(): void {
    client = null;
    if (isClosed || retry !== null) return;
    retry = setTimeout(() => {
      retry = null;
      connecting = connect();
    }, reconnectAfterMs).unref();
  }

  return {
    async hold(name) {
      names.add(name);
      await connecting;
      // Where this fails the connection is lost, and the next one takes every lock.
      await (client === null ? undefined : lock(client, name).catch(() => {}));
    },
    async release(name) {
      names.delete(name);
      await client?.query(`select pg_advisory_unlock_shared(${keyOf('$1')})`, [name]).catch(() => {});
    },
    async close() {
      isClosed = true;
      if (retry !== null) clearTimeout(retry);
      await connecting;
      await client?.end();
    },
  };
}

async function lock(client: pg.Client, name: string): Promise<void> {
  await client.query(`select pg_advisory_lock_shared(${keyOf('$1')})`, [name]);
}
