import { asc, eq, inArray, sql } from 'drizzle-orm';
import { actorText, type Ctx, now } from '../../kernel/context.ts';
import { accountFacts } from './accounts.ts';
import { type AccountState, type Book, emptyBook, type HoldState, newAccount } from './book.ts';
import { accounts, holds, transfers } from './schema.ts';
import type { BookedTransfer, Transfer } from './transfer.ts';

const ledger = 'CNY';

/**
 * Locks every account the transfers touch, in the order of their ids so that two writers cannot wait for each other,
 * and reads what the rules need. `extraAccountIds` are locked as well.
 */
export async function openBook(
  ctx: Ctx,
  wanted: readonly Transfer[],
  extraAccountIds: readonly string[] = [],
): Promise<Book> {
  const book = emptyBook();
  const holdIds = unique(wanted.flatMap((transfer) => ('holdId' in transfer ? [transfer.holdId] : [])));
  const named = wanted.flatMap((transfer) => [
    ...('debit' in transfer ? [transfer.debit] : []),
    ...('credit' in transfer ? [transfer.credit] : []),
  ]);
  const accountIds = unique([...named, ...extraAccountIds, ...(await accountsOfHolds(ctx, holdIds))])
    .filter(isKnownAccount)
    .sort();
  for (const account of await lockAccounts(ctx, accountIds)) book.accounts.set(account.id, account);
  // Read after the locks, so that what an earlier writer committed is seen.
  for (const booked of await findBooked(ctx, unique(wanted.map(({ id }) => id))))
    book.booked.set(booked.id, booked);
  // One that was placed while we waited is unknown here: its account is not locked, so what stands in it is not known.
  for (const hold of await findHolds(ctx, holdIds))
    if (book.accounts.has(hold.accountId)) book.holds.set(hold.id, hold);
  return book;
}

/** Writes what `bookGroup` has added to the book since `openBook`. */
export async function writeBook(ctx: Ctx, book: Book, created: ReadonlySet<string>): Promise<void> {
  const booked = [...book.booked.values()].filter(({ id }) => created.has(id));
  if (booked.length === 0) return;
  await insertTransfers(ctx, booked);
  const touched = new Set(
    booked.flatMap(({ debitAccountId, creditAccountId }) =>
      creditAccountId === null ? [debitAccountId] : [debitAccountId, creditAccountId],
    ),
  );
  await updateAccounts(
    ctx,
    [...book.accounts.values()].filter(({ id }) => touched.has(id)),
  );
  const touchedHolds = new Set(
    booked.flatMap(({ id, kind, holdId }) => (kind === 'hold' ? [id] : holdId === null ? [] : [holdId])),
  );
  await writeHolds(
    ctx,
    [...book.holds.values()].filter(({ id }) => touchedHolds.has(id)).sort((a, b) => (a.id < b.id ? -1 : 1)),
  );
}

/** A hold never changes its account, so this may be read before anything is locked. */
async function accountsOfHolds(ctx: Ctx, holdIds: string[]): Promise<string[]> {
  if (holdIds.length === 0) return [];
  const rows = await ctx.db
    .selectDistinct({ accountId: holds.accountId })
    .from(holds)
    .where(inArray(holds.id, holdIds));
  return rows.map(({ accountId }) => accountId);
}

/** The rules name what is wrong with an account outside the chart; here it is only not looked for. */
function isKnownAccount(id: string): boolean {
  try {
    accountFacts(id);
    return true;
  } catch {
    return false;
  }
}

async function lockAccounts(ctx: Ctx, ids: string[]): Promise<AccountState[]> {
  const found = await selectForUpdate(ctx, ids);
  if (found.length === ids.length) return found;
  const known = new Set(found.map(({ id }) => id));
  const missing = ids.filter((id) => !known.has(id)).map(newAccount);
  // The second writer waits here for the first and then locks the row the first has made.
  await ctx.db
    .insert(accounts)
    .values(
      missing.map(({ id, kind, tenantId, floorMicros }) => ({
        id,
        ledger,
        kind,
        tenantId,
        floorMicros,
        postedMicros: 0n,
        heldMicros: 0n,
        createdAt: now(ctx),
      })),
    )
    .onConflictDoNothing();
  return selectForUpdate(ctx, ids);
}

async function selectForUpdate(ctx: Ctx, ids: string[]): Promise<AccountState[]> {
  if (ids.length === 0) return [];
  const rows = await ctx.db
    .select({
      id: accounts.id,
      postedMicros: accounts.postedMicros,
      heldMicros: accounts.heldMicros,
      floorMicros: accounts.floorMicros,
    })
    .from(accounts)
    .where(sql`${accounts.id} = any(${sql.param(ids)})`)
    .orderBy(asc(accounts.id))
    .for('update');
  return rows.map((row) => ({ ...accountFacts(row.id), ...row }));
}

async function findHolds(ctx: Ctx, holdIds: string[]): Promise<HoldState[]> {
  if (holdIds.length === 0) return [];
  const rows = await ctx.db
    .select()
    .from(holds)
    .where(sql`${holds.id} = any(${sql.param(holdIds)})`);
  return rows.map((row) => ({ ...row, status: row.status as HoldState['status'] }));
}

async function findBooked(ctx: Ctx, ids: string[]): Promise<BookedTransfer[]> {
  if (ids.length === 0) return [];
  const rows = await ctx.db
    .select()
    .from(transfers)
    .where(sql`${transfers.id} = any(${sql.param(ids)})`);
  return rows.map(asBooked);
}

/** Guarantee: `kind` and `code` were written by this file from the same unions. */
export function asBooked(row: typeof transfers.$inferSelect): BookedTransfer {
  return { ...row, kind: row.kind as BookedTransfer['kind'], code: row.code as BookedTransfer['code'] };
}

/** The transfers of a group in the order they were booked. */
export async function findGroup(ctx: Ctx, groupId: string): Promise<BookedTransfer[]> {
  const rows = await ctx.db
    .select()
    .from(transfers)
    .where(eq(transfers.groupId, groupId))
    .orderBy(asc(transfers.seq));
  return rows.map(asBooked);
}

/** One statement for any number of rows: a column per array keeps the text, and so the plan, the same. */
async function insertTransfers(ctx: Ctx, rows: readonly BookedTransfer[]): Promise<void> {
  const column = <T>(pick: (row: BookedTransfer) => T) => sql.param(rows.map(pick));
  await ctx.db.execute(sql`
    insert into wallet.transfers (id, ledger, kind, code, debit_account_id, credit_account_id, amount_micros, tenant_id, hold_id, group_id,
      ref_type, ref_id, reversal_of, cash_after_micros, actor, request_id, created_at)
    select id, ${ledger}, kind, code, debit, credit, amount, tenant, hold, grp, ref_type, ref_id, reversal, cash_after, ${actorText(ctx.actor)}, ${ctx.requestId}, ${now(ctx).toISOString()}::timestamptz
    from unnest(${column((row) => row.id)}::text[], ${column((row) => row.kind)}::text[], ${column((row) => row.code)}::text[],
      ${column((row) => row.debitAccountId)}::text[], ${column((row) => row.creditAccountId)}::text[], ${column((row) => row.amountMicros)}::bigint[],
      ${column((row) => row.tenantId)}::text[], ${column((row) => row.holdId)}::text[], ${column((row) => row.groupId)}::text[],
      ${column((row) => row.refType)}::text[], ${column((row) => row.refId)}::text[], ${column((row) => row.reversalOf)}::text[],
      ${column((row) => row.cashAfterMicros)}::bigint[])
      with ordinality as t (id, kind, code, debit, credit, amount, tenant, hold, grp, ref_type, ref_id, reversal, cash_after, position)
    order by position`);
}

async function updateAccounts(ctx: Ctx, states: readonly AccountState[]): Promise<void> {
  await ctx.db.execute(sql`
    update wallet.accounts a set posted_micros = t.posted, held_micros = t.held
    from unnest(${sql.param(states.map(({ id }) => id))}::text[], ${sql.param(states.map(({ postedMicros }) => postedMicros))}::bigint[],
      ${sql.param(states.map(({ heldMicros }) => heldMicros))}::bigint[]) as t (id, posted, held)
    where a.id = t.id`);
}

async function writeHolds(ctx: Ctx, states: readonly HoldState[]): Promise<void> {
  if (states.length === 0) return;
  const column = <T>(pick: (state: HoldState) => T) => sql.param(states.map(pick));
  await ctx.db.execute(sql`
    insert into wallet.holds (id, account_id, tenant_id, amount_micros, captured_micros, status, expires_at)
    select * from unnest(${column(({ id }) => id)}::text[], ${column(({ accountId }) => accountId)}::text[],
      ${column(({ accountId }) => accountFacts(accountId).tenantId)}::text[], ${column(({ amountMicros }) => amountMicros)}::bigint[],
      ${column(({ capturedMicros }) => capturedMicros)}::bigint[], ${column(({ status }) => status)}::text[],
      ${column(({ expiresAt }) => expiresAt.toISOString())}::timestamptz[])
    on conflict (id) do update set captured_micros = excluded.captured_micros, status = excluded.status`);
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}
