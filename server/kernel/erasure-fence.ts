import { isAccountHeldSql } from '@candor/privacy-engine';
import { sql } from 'drizzle-orm';
import type { Ctx } from './context.ts';
import { databaseOptions } from './database-options.ts';
import { inTransaction, lockName, query } from './db.ts';
import { together } from './together.ts';

const lockOf = (personId: string) => `person ${personId}`;

/**
 * For writers of batches, whose rows may be about a person who is erased meanwhile. Until the caller's transaction ends
 * none of these persons can be frozen; who was frozen before is in the answer, and no row may name them any more.
 */
export async function fenceErased(ctx: Ctx, personIds: Iterable<string>): Promise<ReadonlySet<string>> {
  // One order for all writers, so that two batches that share persons cannot wait for each other.
  const ids = [...new Set(personIds)].toSorted();
  if (ids.length === 0) return new Set();
  const [, erased] = await together<[unknown, ReadonlySet<string>]>(
    ctx,
    () =>
      query(
        ctx,
        'select pg_advisory_xact_lock_shared(hashtextextended(name, 0)) from unnest($1::text[]) as name',
        [ids.map(lockOf)],
      ),
    // A statement of its own: it sees what was committed while the locks were waited for.
    () => readErased(ctx, ids),
  );
  return erased;
}

/** Which of these persons are frozen or erased at this moment. */
export async function findErased(ctx: Ctx, personIds: Iterable<string>): Promise<ReadonlySet<string>> {
  return inTransaction(ctx, 'settlement', (ctx) => readErased(ctx, [...personIds]));
}

async function readErased(ctx: Ctx, personIds: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await query<{ id: string }>(
    ctx,
    `select subject_id as id from ${databaseOptions.restrictionTable} where kind = 'erased' and subject_id = any($1::text[])`,
    [personIds],
  );
  return new Set(rows.map(({ id }) => id));
}

/** Which of these accounts were an erased person's alone: a law keeps their rows, and nothing is added to them. */
export async function heldAccounts(ctx: Ctx, accountIds: readonly string[]): Promise<ReadonlySet<string>> {
  if (accountIds.length === 0) return new Set();
  const { rows } = await ctx.db.execute<{ account: string }>(
    sql`select account from unnest(${sql.param(accountIds)}::text[]) as account where ${sql.raw(isAccountHeldSql('account'))}`,
  );
  return new Set(rows.map(({ account }) => account));
}

/** Waits for batches that write about a person, and keeps others waiting until the person's mark is committed. */
export async function raiseFence(ctx: Ctx, personId: string): Promise<void> {
  await lockName(ctx, lockOf(personId));
}
