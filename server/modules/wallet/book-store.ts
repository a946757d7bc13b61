import { asc, eq } from 'drizzle-orm';
import { actorText, type Ctx, now } from '../../kernel/context.ts';
import { query } from '../../kernel/db.ts';
import { columnList, insertMany } from '../../kernel/insert-many.ts';
import { together } from '../../kernel/together.ts';
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
  const transferIds = unique(wanted.map(({ id }) => id));
  // What is read behind the locks is what an earlier writer has committed.
  const lock = () => lockAccounts(ctx, accountIds);
  const read = [() => findBooked(ctx, transferIds), () => findHolds(ctx, holdIds)] as const;
  let [found, booked, known] = await together<[AccountState[], BookedTransfer[], HoldState[]]>(
    ctx,
    lock,
    ...read,
  );
  if (found.length < accountIds.length) {
    await openAccounts(ctx, accountIds, found);
    [found, booked, known] = await together<[AccountState[], BookedTransfer[], HoldState[]]>(
      ctx,
      lock,
      ...read,
    );
  }
  for (const account of found) book.accounts.set(account.id, account);
  for (const transfer of booked) book.booked.set(transfer.id, transfer);
  // One that was placed while we waited is unknown here: its account is not locked, so what stands in it is not known.
  for (const hold of known) if (book.accounts.has(hold.accountId)) book.holds.set(hold.id, hold);
  return book;
}

/** Writes what `bookGroup` has added to the book since `openBook`. */
export async function writeBook(ctx: Ctx, book: Book, created: ReadonlySet<string>): Promise<void> {
  const booked = [...book.booked.values()].filter(({ id }) => created.has(id));
  if (booked.length === 0) return;
  const touched = new Set(
    booked.flatMap(({ debitAccountId, creditAccountId }) =>
      creditAccountId === null ? [debitAccountId] : [debitAccountId, creditAccountId],
    ),
  );
  const touchedHolds = new Set(
    booked.flatMap(({ id, kind, holdId }) => (kind === 'hold' ? [id] : holdId === null ? [] : [holdId])),
  );
  const accountStates = [...book.accounts.values()].filter(({ id }) => touched.has(id));
  const holdStates = [...book.holds.values()].filter(({ id }) => touchedHolds.has(id));
  await together<unknown[]>(
    ctx,
    () => insertTransfers(ctx, booked),
    () => updateAccounts(ctx, accountStates),
    ...(holdStates.length === 0 ? [] : [() => writeHolds(ctx, holdStates)]),
  );
}

/** A hold never changes its account, so this may be read before anything is locked. */
async function accountsOfHolds(ctx: Ctx, holdIds: string[]): Promise<string[]> {
  if (holdIds.length === 0) return [];
  const rows = await query<{ id: string }>(
    ctx,
    'select distinct account_id as id from wallet.holds where id = any($1::text[])',
    [holdIds],
  );
  return rows.map(({ id }) => id);
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

/** Opens the accounts that are not there yet. The second writer waits here for the first. */
async function openAccounts(ctx: Ctx, ids: readonly string[], found: readonly AccountState[]): Promise<void> {
  const there = new Set(found.map(({ id }) => id));
  const missing = ids.filter((id) => !there.has(id)).map(newAccount);
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
}

async function lockAccounts(ctx: Ctx, ids: readonly string[]): Promise<AccountState[]> {
  const rows = await query<Pick<AccountState, 'id' | 'postedMicros' | 'heldMicros' | 'floorMicros'>>(
    ctx,
    `select id, posted_micros as "postedMicros", held_micros as "heldMicros", floor_micros as "floorMicros"
    from wallet.accounts where id = any($1::text[]) order by id for update`,
    [ids],
  );
  return rows.map((row) => ({ ...accountFacts(row.id), ...row }));
}

/** In the order in which they are written back, which is that of `extendHoldExpiry`: the two cannot deadlock. */
async function findHolds(ctx: Ctx, holdIds: readonly string[]): Promise<HoldState[]> {
  return query<HoldState>(
    ctx,
    `select id, account_id as "accountId", amount_micros as "amountMicros", captured_micros as "capturedMicros", status,
      expires_at as "expiresAt" from wallet.holds where id = any($1::text[]) order by id`,
    [holdIds],
  );
}

async function findBooked(ctx: Ctx, ids: readonly string[]): Promise<BookedTransfer[]> {
  const rows = await query<typeof transfers.$inferSelect>(
    ctx,
    `select ${columnList(transfers)} from wallet.transfers where id = any($1::text[])`,
    [ids],
  );
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

/** Whether what the transfers reverse has been reversed by others. */
export async function hasOtherReversal(ctx: Ctx, reversals: readonly Transfer[]): Promise<boolean> {
  const reversed = reversals.flatMap(({ reversalOf }) => reversalOf ?? []);
  const ids = reversals.map(({ id }) => id);
  const others = await query(
    ctx,
    'select 1 from wallet.transfers where reversal_of = any($1::text[]) and id <> all($2::text[])',
    [reversed, ids],
  );
  return others.length > 0;
}

async function insertTransfers(ctx: Ctx, booked: readonly BookedTransfer[]): Promise<void> {
  const common = { ledger, actor: actorText(ctx.actor), requestId: ctx.requestId, createdAt: now(ctx) };
  await insertMany(
    ctx,
    transfers,
    booked.map((transfer) => ({ ...transfer, ...common })),
  );
}

async function updateAccounts(ctx: Ctx, states: readonly AccountState[]): Promise<void> {
  await query(
    ctx,
    `update wallet.accounts a set posted_micros = t.posted, held_micros = t.held
    from unnest($1::text[], $2::bigint[], $3::bigint[]) as t (id, posted, held) where a.id = t.id`,
    [
      states.map(({ id }) => id),
      states.map(({ postedMicros }) => postedMicros),
      states.map(({ heldMicros }) => heldMicros),
    ],
  );
}

async function writeHolds(ctx: Ctx, states: readonly HoldState[]): Promise<void> {
  await insertMany(
    ctx,
    holds,
    states.map(({ accountId, ...state }) => ({
      ...state,
      accountId,
      tenantId: accountFacts(accountId).tenantId,
    })),
    'on conflict (id) do update set captured_micros = excluded.captured_micros, status = excluded.status',
  );
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}
