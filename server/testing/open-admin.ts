import type pg from 'pg';
import { openPool } from '../kernel/connections.ts';
import { createLog } from '../kernel/log.ts';

/** Connections of the database's owner, for looking behind the curtain in assertions. */
export function openAdmin(url: string): pg.Pool {
  return openPool(url, createLog('silent'), { max: 2 });
}
