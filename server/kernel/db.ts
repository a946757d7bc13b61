import { sql } from 'drizzle-orm';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import type { SqlQuery } from '@candor/privacy-engine';
import { type Purpose, restsOnConsent } from '../declare/policy.ts';
import { requireActor } from '../declare/purposes.ts';
import { actorText, type Ctx, userOf } from './context.ts';
import { openPool } from './connections.ts';
import { databaseOptions, roleOf } from './database-options.ts';
import type { Log } from './log.ts';
import { type Opening, runTransaction } from './run-transaction.ts';

export type Db = NodePgDatabase & { readonly $client: pg.Pool | pg.PoolClient };

/** Connection pool of the application's login role, which owns nothing and inherits nothing. */
export function openDatabase(url: string, log: Log, maxConnections = 20): Db & { readonly $client: pg.Pool } {
  const pool = openPool(url, log, { max: maxConnections, application_name: 'candor' });
  return drizzle(pool, { casing: 'snake_case' });
}

/**
 * Runs `work` in one transaction as the database role of `purpose`, limited to the tenant and the person of `ctx`.
 * Called inside a transaction of the same purpose it joins; with another purpose it throws, because one transaction
 * has one purpose; so does one whose purpose does not act for the actor of `ctx`, before any statement. The outermost
 * one is run again when another transaction was in its way, see `runTransaction`: what `work` does outside the database
 * must bear repetition.
 * @param options.isSnapshot reads only, and sees one moment however long it takes.
 */
export async function inTransaction<T>(
  ctx: Ctx,
  purpose: Purpose,
  work: (ctx: Ctx) => Promise<T>,
  options: { readonly isSnapshot?: boolean } = {},
): Promise<T> {
  if (ctx.purpose === purpose) return work(ctx);
  if (ctx.purpose !== null) {
    throw new Error(`a transaction for "${ctx.purpose}" cannot be joined for "${purpose}"`);
  }
  requireActor(ctx, purpose);
  const isSnapshot = options.isSnapshot === true;
  return runTransaction(
    poolOf(ctx),
    openingOf(ctx, purpose, isSnapshot),
    (client) => work({ ...ctx, db: drizzle(client, { casing: 'snake_case' }), purpose }),
    // What reads for long hands on what it reads.
    { isRepeatable: !isSnapshot },
  );
}

/** The connections behind a context that has no transaction open. */
export function poolOf(ctx: Ctx): pg.Pool {
  const pool = ctx.db.$client;
  if (ctx.purpose !== null || !(pool instanceof pg.Pool))
    throw new Error('a context without a purpose must hold the pool');
  return pool;
}

/**
 * Name of the lock every transaction of a purpose on consent shares: its exclusive holder knows that all transactions
 * that may have seen an earlier state of the consents are over.
 */
export function consentTransactionsLock(purpose: Purpose): string {
  return `consent transactions ${purpose}`;
}

/** Begin, become the purpose, say for whom. Values are quoted although ids have a fixed alphabet. */
function openingOf(ctx: Ctx, purpose: Purpose, isSnapshot: boolean): Opening {
  const role = pg.escapeIdentifier(roleOf(ctx.product.registry, purpose));
  const isOfPerson = ctx.actor.kind !== 'anonymous' && ctx.actor.kind !== 'system';
  const subject = isOfPerson ? userOf(ctx) : '';
  const settings = [
    [databaseOptions.settings.tenant, ctx.tenantId ?? ''],
    [databaseOptions.settings.subject, subject],
    ['app.actor', actorText(ctx.actor)],
  ] as const;
  const calls = settings.map(
    ([name, value]) => `set_config(${pg.escapeLiteral(name)}, ${pg.escapeLiteral(value)}, true)`,
  );
  // A snapshot reads for minutes. A start that waited for it would hold up every transaction behind it for as long.
  if (!isSnapshot) calls.push(shareRulesLockSql);
  const barrier = restsOnConsent(purpose)
    ? `; select pg_advisory_xact_lock_shared(hashtextextended(${pg.escapeLiteral(consentTransactionsLock(purpose))}, 0))`
    : '';
  return {
    begin: isSnapshot ? 'begin isolation level repeatable read read only' : 'begin',
    setup: `set local role ${role}; select ${calls.join(', ')}${barrier}`,
  };
}

const rulesLock = "hashtextextended('rules of the tables', 0)";
/** Every transaction shares this lock before it touches a table. */
const shareRulesLockSql = `pg_advisory_xact_lock_shared(${rulesLock})`;
/**
 * Waits until no transaction of any process is open, and keeps new ones waiting until the caller's ends. For a start
 * that changes the rules: rules lock every table, and would meet open transactions in one deadlock after another.
 */
export const takeRulesLockSql = `select pg_advisory_xact_lock(${rulesLock})`;

/** Takes a lock on a name until the transaction ends, for decisions that no single row can guard. */
export async function lockName(ctx: Ctx, name: string): Promise<void> {
  await ctx.db.execute(sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`);
}

/** Whether an error is the violation of a named constraint or unique index, at any depth of causes. */
export function violates(error: unknown, constraint: string): boolean {
  if (!(error instanceof Error)) return false;
  if ('constraint' in error && error.constraint === constraint) return true;
  return violates(error.cause, constraint);
}

/** Whether a row policy refused a row: it is about a person who may not be written about (any more). */
export function isRefusedByRowPolicy(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('code' in error && error.code === '42501') return error.message.includes('row-level security');
  return isRefusedByRowPolicy(error.cause);
}

/**
 * Sends a statement at once, in the transaction of the context. For hot paths: the query builder takes a tenth of a
 * millisecond for each and sends later, and PostgreSQL plans a statement without a name anew each time.
 * @param text one of few, with `$1` … for the parameters; columns named as the rows shall have them.
 */
export async function query<R extends object>(
  ctx: Ctx,
  text: string,
  parameters: readonly unknown[] = [],
): Promise<R[]> {
  const named = { name: nameOf(text), text, values: [...parameters] };
  return (await ctx.db.$client.query<R>(named)).rows;
}

const names = new Map<string, string>();

function nameOf(text: string): string {
  const known = names.get(text);
  if (known !== undefined) return known;
  const name = `candor_${names.size}`;
  names.set(text, name);
  return name;
}

/** The statements of the privacy engine, in the transaction of a context. */
export function engineQuery(ctx: Ctx): SqlQuery {
  const client = ctx.db.$client;
  return async (text, parameters) =>
    (await client.query<Record<string, unknown>>(text, [...parameters])).rows;
}
