import pg from 'pg';
import { openClient } from './connections.ts';
import type { Log } from './log.ts';

export interface Listener {
  /** Resolves when the connection listens for the first time. */
  readonly ready: Promise<void>;
  close(): Promise<void>;
}

const retryAfterMs = 1000;

/**
 * Calls `onNotice` for every notification on the channels, over one connection of its own. Whenever the connection
 * was away, and so may have missed some, `onGap` is called first: caches start empty again.
 */
export function listen(
  url: string,
  log: Log,
  channels: readonly string[],
  onNotice: (channel: string, payload: string) => void,
  onGap: () => void,
): Listener {
  let client: pg.Client | null = null;
  let retry: NodeJS.Timeout | null = null;
  let isClosed = false;

  async function connect(): Promise<void> {
    const next = openClient(url, 'candor-listen');
    next.on('notification', ({ channel, payload }) => onNotice(channel, payload ?? ''));
    next.on('error', (error) => log.warn({ err: error }, 'listening connection lost'));
    next.on('end', reconnectLater);
    client = next;
    await next.connect();
    await next.query(channels.map((channel) => `listen ${pg.escapeIdentifier(channel)}`).join('; '));
    onGap();
  }
  function reconnectLater(): void {
    client = null;
    if (isClosed || retry !== null) return;
    retry = setTimeout(() => {
      retry = null;
      connect().catch((error: unknown) => {
        log.warn({ err: error }, 'listening failed, trying again');
        reconnectLater();
      });
    }, retryAfterMs);
    retry.unref();
  }

  const ready = connect().catch((error: unknown) => {
    log.warn({ err: error }, 'listening failed, trying again');
    reconnectLater();
  });
  return {
    ready,
    async close() {
      isClosed = true;
      if (retry !== null) clearTimeout(retry);
      await ready;
      await client?.end();
    },
  };
}
