import { sql } from 'drizzle-orm';
import pg from 'pg';
import type { ConsentPurpose } from '../declare/policy.ts';
import type { Ctx } from './context.ts';
import { databaseOptions, ruleOptionsOf } from './database-options.ts';
import { consentTransactionsLock, inTransaction, poolOf } from './db.ts';
import { unavailable } from './problem.ts';

/**
 * What work holds that reaches beyond one transaction on a person's consent. The verb that takes the consent back waits until
 * every lease that began before has passed a checkpoint, ended, or been broken. A lease is a lock of a connection of its
 * own: it ends with the process that holds it, and no clock has to agree with another.
 */
export interface ConsentLease {
  /**
   * Lets those who wait to take a consent back pass. What was read before it must not be used after it.
   * @throws ConsentEndedError when the person's consent is no longer in force, LeaseBrokenError when no caller waits for
   * the end of the work any more.
   */
  checkpoint(): Promise<void>;
  /** Aborted when the lease is broken, for work that waits on another system. */
  readonly signal: AbortSignal;
}

/** The consent that work stood on has ended; nothing more may be done on it. */
export class ConsentEndedError extends Error {
  constructor(purpose: string) {
    super(`the consent to ${purpose} has ended`);
    this.name = 'ConsentEndedError';
  }
}

/** The verb that took a consent back has stopped waiting for this work, or the database went away: nothing may leave now. */
export class LeaseBrokenError extends Error {
  constructor(purpose: string) {
    super(`the lease on the consent to ${purpose} was broken`);
    this.name = 'LeaseBrokenError';
  }
}

/** One person's consent, or with `subject: null` all persons': a batch. */
export interface LeaseScope {
  readonly purpose: ConsentPurpose;
  readonly subject: string | null;
}

/**
 * Runs `work` under a lease.
 * @throws ConsentEndedError when the consent is not in force or ends before a checkpoint.
 * @throws LeaseBrokenError when the lease was broken before the work was over; trying again is safe.
 */
export async function withConsentLease<T>(
  ctx: Ctx,
  scope: LeaseScope,
  work: (lease: ConsentLease) => Promise<T>,
): Promise<T> {
  const client = await poolOf(ctx).connect();
  const abort = new AbortController();
  const lose = () => abort.abort(new LeaseBrokenError(scope.purpose));
  client.on('error', lose).on('end', lose);
  const lock = lockOf(leaseName(scope));
  const ask = async (statements: string) => {
    await client.query(statements).catch(lose);
    abort.signal.throwIfAborted();
  };
  let isReleased = false;
  try {
    await ask(`select pg_advisory_lock_shared(${lock})`);
    await requireConsent(ctx, scope);
    const result = await work({
      signal: abort.signal,
      checkpoint: async () => {
        await ask(`select pg_advisory_unlock_shared(${lock}); select pg_advisory_lock_shared(${lock})`);
        await requireConsent(ctx, scope);
      },
    });
    await ask(`select pg_advisory_unlock_shared(${lock})`);
    isReleased = true;
    return result;
  } finally {
    client.off('error', lose).off('end', lose);
    // A lock that may still be held goes with its connection.
    client.release(!isReleased);
  }
}

/** How long those who work on a consent may take to notice its end before their connections are cut. */
const patienceMs = 3000;

/**
 * Returns when nothing that began on one person's consent before is still going on: leases on their consent, batches,
 * open transactions of the purpose. Call it after the end of the consent is committed; what begins later sees that.
 * @throws `kernel.unavailable` when PostgreSQL does not even end what was cut; calling again goes on waiting.
 */
export async function endConsentWork(
  ctx: Ctx,
  scope: { readonly purpose: ConsentPurpose; readonly subject: string },
  options: { readonly patienceMs?: number } = {},
): Promise<void> {
  const { purpose } = scope;
  const pool = poolOf(ctx);
  const patience = options.patienceMs ?? patienceMs;
  // One after the other, each let go at once: who holds one of them and wants another is never waited for twice.
  for (const name of [
    leaseName(scope),
    leaseName({ purpose, subject: null }),
    consentTransactionsLock(purpose),
  ]) {
    if (await isFree(pool, name, patience)) continue;
    const cut = await cutHolders(pool, name);
    ctx.log.warn({ purpose, cut }, 'work on a consent did not end in time, its connections were cut');
    if (!(await isFree(pool, name, patience))) throw unavailable();
  }
}

/** Waits in line until the lock is free. */
async function isFree(pool: pg.Pool, name: string, patience: number): Promise<boolean> {
  const client = await pool.connect();
  try {
    await client.query(
      `begin; set local lock_timeout = ${patience}; select pg_advisory_xact_lock(${lockOf(name)}); commit`,
    );
    return true;
  } catch (error) {
    await client.query('rollback');
    if (error instanceof pg.DatabaseError && error.code === lockNotAvailable) return false;
    throw error;
  } finally {
    client.release();
  }
}

const lockNotAvailable = '55P03';

/** Ends the sessions that hold a lock. The login role may end its own sessions, whatever purpose they have become. */
async function cutHolders(pool: pg.Pool, name: string): Promise<number> {
  const { rowCount } = await pool.query(
    `select pg_terminate_backend(pid) from pg_locks, (select ${lockOf(name)} as key) as wanted
     where locktype = 'advisory' and granted and objsubid = 1 and pid <> pg_backend_pid()
       and database = (select oid from pg_database where datname = current_database())
       and classid::bigint = (key >> 32) & 4294967295 and objid::bigint = key & 4294967295`,
  );
  return rowCount ?? 0;
}

async function requireConsent(ctx: Ctx, { purpose, subject }: LeaseScope): Promise<void> {
  if (subject === null) return;
  const isInForce = await inTransaction(ctx, purpose, async (ctx) => {
    const [view, restrictions, objections] = [
      ruleOptionsOf(ctx.product.registry).consents.view,
      databaseOptions.restrictionTable,
      databaseOptions.objectionTable,
    ].map((name) => sql.raw(name));
    const { rows } = await ctx.db.execute(
      sql`select 1 from ${view} c where c.subject_id = ${subject}
          and not exists (select 1 from ${restrictions} r where r.subject_id = c.subject_id)
          and not exists (select 1 from ${objections} o where o.subject_id = c.subject_id and o.purpose = ${purpose})`,
    );
    return rows.length > 0;
  });
  if (!isInForce) throw new ConsentEndedError(purpose);
}

function leaseName({ purpose, subject }: LeaseScope): string {
  return subject === null ? `consent leases ${purpose}` : `consent leases ${purpose} ${subject}`;
}

function lockOf(name: string): string {
  return `hashtextextended(${pg.escapeLiteral(name)}, 0)`;
}
