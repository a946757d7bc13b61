import type { SqlQuery } from '@candor/privacy-engine';
import pg from 'pg';
import { openPool } from './connections.ts';
import { runTransaction } from './run-transaction.ts';
import type { Log } from './log.ts';

/**
 * What only the owner of the database can do: reclaim the space of deleted rows, and look into undeclared tables.
 * Not a way to the data: declared tables answer their owner with nothing, because their row policies are forced.
 */
export interface Maintenance {
  /** Frees deleted rows and forgets what PostgreSQL remembers of them. Names as `schema.table`. */
  vacuum(tables: readonly string[]): Promise<void>;
  /** Runs one statement that can change nothing. */
  readonly look: SqlQuery;
  close(): Promise<void>;
}

export function openMaintenance(adminUrl: string, log: Log): Maintenance {
  const pool = openPool(adminUrl, log, {
    max: 1,
    idleTimeoutMillis: 10_000,
    application_name: 'candor-maintenance',
  });
  return {
    async vacuum(tables) {
      for (const table of tables) await pool.query(`vacuum (analyze) ${quotePlace(table)}`);
    },
    look: (sql, parameters) =>
      runTransaction(pool, { begin: 'begin read only', setup: '' }, async (client) => {
        const { rows } = await client.query<Record<string, unknown>>(sql, [...parameters]);
        return rows;
      }),
    close: () => pool.end(),
  };
}

function quotePlace(place: string): string {
  const dot = place.indexOf('.');
  return `${pg.escapeIdentifier(place.slice(0, dot))}.${pg.escapeIdentifier(place.slice(dot + 1))}`;
}
