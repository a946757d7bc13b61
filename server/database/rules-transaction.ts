import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { isConflictOfTransactions } from '../kernel/database-faults.ts';
import { takeRulesLockSql } from '../kernel/db.ts';

const maxAttempts = 40;
/** A change waits so long for a table; every transaction that wants the same table waits behind it. */
const lockTimeoutMs = 2_000;

/** For changes of tables: runs `work` while no transaction of any process is open, and again when one was in the way. */
export async function inRulesTransaction(client: pg.Client, work: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.query(`begin; set local lock_timeout = ${lockTimeoutMs}; ${takeRulesLockSql}`);
      await work();
      await client.query('commit');
      return;
    } catch (error) {
      await client.query('rollback');
      if (!isInTheWay(error) || attempt === maxAttempts) throw error;
      await delay(100 * (0.5 + Math.random()));
    }
  }
}

/** Roles belong to the whole server, where another database may be prepared at the same moment. */
export function isInTheWay(error: unknown): boolean {
  if (isConflictOfTransactions(error)) return true;
  if (!(error instanceof Error)) return false;
  return error.message.startsWith('tuple concurrently') || ('code' in error && error.code === '55P03');
}
