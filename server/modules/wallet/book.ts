import { type AccountFacts, accountFacts, cashAccount } from './accounts.ts';
import {
  holdExceeded,
  holdNotFound,
  holdResolved,
  insufficientBalance,
  invalidTransfer,
  transferDiffers,
} from './problems.ts';
import type {
  BookedTransfer,
  Capture,
  PlacedHold,
  Post,
  Release,
  Transfer,
  TransferResult,
} from './transfer.ts';

/** The rules of the ledger without a database: given locked accounts, which transfers are possible and what they do. */

export interface AccountState extends AccountFacts {
  readonly id: string;
  readonly postedMicros: bigint;
  readonly heldMicros: bigint;
}

export interface HoldState {
  readonly id: string;
  readonly accountId: string;
  readonly amountMicros: bigint;
  readonly capturedMicros: bigint;
  readonly status: 'open' | 'voided' | 'expired';
  readonly expiresAt: Date;
}

/** The part of the books a batch touches. `booked` also holds earlier transfers with the ids of the batch. */
export interface Book {
  readonly accounts: Map<string, AccountState>;
  readonly holds: Map<string, HoldState>;
  readonly booked: Map<string, BookedTransfer>;
}

export function emptyBook(): Book {
  return { accounts: new Map(), holds: new Map(), booked: new Map() };
}

/** What may be spent of an account now; null means without limit. */
export function availableMicros(account: AccountState): bigint | null {
  return account.floorMicros === null
    ? null
    : account.postedMicros - account.heldMicros - account.floorMicros;
}

/** What a customer can spend now. */
export function freeCashMicros(book: Book, tenantId: string): bigint {
  return availableMicros(accountIn(book, cashAccount(tenantId))) ?? 0n;
}

/** An account as it stands in the book, empty when no money ever touched it. */
export function accountIn(book: Book, id: string): AccountState {
  return book.accounts.get(id) ?? newAccount(id);
}

/**
 * Books a group of transfers or none of them.
 * @throws a wallet problem naming why not; the book is then as it was.
 */
export function bookGroup(book: Book, group: readonly Transfer[]): TransferResult[] {
  const draft = emptyBook();
  const page: Page = {
    account: (id) => draft.accounts.get(id) ?? accountIn(book, id),
    hold: (id) => draft.holds.get(id) ?? book.holds.get(id),
    booked: (id) => draft.booked.get(id) ?? book.booked.get(id),
    draft,
  };
  const results = group.map((transfer) => bookOne(page, transfer));
  for (const [id, account] of draft.accounts) book.accounts.set(id, account);
  for (const [id, hold] of draft.holds) book.holds.set(id, hold);
  for (const [id, booked] of draft.booked) book.booked.set(id, booked);
  return results;
}

interface Page {
  account(id: string): AccountState;
  hold(id: string): HoldState | undefined;
  booked(id: string): BookedTransfer | undefined;
  readonly draft: Book;
}

export function newAccount(id: string): AccountState {
  return { id, ...accountFacts(id), postedMicros: 0n, heldMicros: 0n };
}

function bookOne(page: Page, transfer: Transfer): TransferResult {
  const earlier = page.booked(transfer.id);
  if (earlier !== undefined) {
    if (!hasSameContent(earlier, transfer)) throw transferDiffers({ transferId: transfer.id });
    return { id: transfer.id, outcome: 'exists' };
  }
  if (transfer.id === '' || transfer.id.length > 120)
    throw invalidTransfer({ transferId: transfer.id.slice(0, 120) });
  const booked = bookNew(page, transfer);
  page.draft.booked.set(booked.id, booked);
  return { id: booked.id, outcome: 'created' };
}

function bookNew(page: Page, transfer: Transfer): BookedTransfer {
  switch (transfer.kind) {
    case 'post':
      return bookPost(page, transfer);
    case 'hold':
      return bookHold(page, transfer);
    case 'capture':
      return bookCapture(page, transfer);
    case 'void':
    case 'expire':
      return bookRelease(page, transfer);
  }
}

function bookPost(page: Page, transfer: Post): BookedTransfer {
  requirePositive(transfer);
  const debit = page.account(transfer.debit);
  const credit = page.account(transfer.credit);
  const tenantId = sharedTenant(debit, credit);
  requireAvailable(debit, transfer.amountMicros);
  const debited = { ...debit, postedMicros: debit.postedMicros - transfer.amountMicros };
  const credited = { ...credit, postedMicros: credit.postedMicros + transfer.amountMicros };
  turn(page, debited, credited);
  return {
    ...entry(transfer),
    debitAccountId: debit.id,
    creditAccountId: credit.id,
    amountMicros: transfer.amountMicros,
    tenantId,
    cashAfterMicros: cashAfter(debited, credited),
  };
}

function bookHold(page: Page, transfer: PlacedHold): BookedTransfer {
  requirePositive(transfer);
  const account = page.account(transfer.debit);
  if (account.floorMicros === null) throw invalidTransfer({ accountId: account.id });
  requireAvailable(account, transfer.amountMicros);
  turn(page, { ...account, heldMicros: account.heldMicros + transfer.amountMicros });
  page.draft.holds.set(transfer.id, {
    id: transfer.id,
    accountId: account.id,
    amountMicros: transfer.amountMicros,
    capturedMicros: 0n,
    status: 'open',
    expiresAt: transfer.expiresAt,
  });
  return {
    ...entry(transfer),
    debitAccountId: account.id,
    creditAccountId: null,
    amountMicros: transfer.amountMicros,
    tenantId: account.tenantId,
    cashAfterMicros: null,
  };
}

function bookCapture(page: Page, transfer: Capture): BookedTransfer {
  requirePositive(transfer);
  const hold = openHold(page, transfer.holdId);
  const leftMicros = hold.amountMicros - hold.capturedMicros;
  if (transfer.amountMicros > leftMicros) {
    throw holdExceeded({
      holdId: hold.id,
      leftMicros: String(leftMicros),
      neededMicros: String(transfer.amountMicros),
    });
  }
  const debit = page.account(hold.accountId);
  const credit = page.account(transfer.credit);
  const tenantId = sharedTenant(debit, credit);
  const debited = {
    ...debit,
    postedMicros: debit.postedMicros - transfer.amountMicros,
    heldMicros: debit.heldMicros - transfer.amountMicros,
  };
  const credited = { ...credit, postedMicros: credit.postedMicros + transfer.amountMicros };
  turn(page, debited, credited);
  page.draft.holds.set(hold.id, { ...hold, capturedMicros: hold.capturedMicros + transfer.amountMicros });
  return {
    ...entry(transfer),
    debitAccountId: debit.id,
    creditAccountId: credit.id,
    amountMicros: transfer.amountMicros,
    tenantId,
    cashAfterMicros: cashAfter(debited, credited),
  };
}

function bookRelease(page: Page, transfer: Release): BookedTransfer {
  const hold = openHold(page, transfer.holdId);
  const leftMicros = hold.amountMicros - hold.capturedMicros;
  const account = page.account(hold.accountId);
  turn(page, { ...account, heldMicros: account.heldMicros - leftMicros });
  page.draft.holds.set(hold.id, { ...hold, status: transfer.kind === 'void' ? 'voided' : 'expired' });
  return {
    ...entry(transfer),
    debitAccountId: account.id,
    creditAccountId: null,
    amountMicros: leftMicros,
    tenantId: account.tenantId,
    cashAfterMicros: null,
  };
}

function entry(transfer: Transfer) {
  const { id, kind, code, refType, refId, groupId = null, reversalOf = null } = transfer;
  const holdId = 'holdId' in transfer ? transfer.holdId : null;
  return { id, kind, code, refType, refId, groupId, reversalOf, holdId };
}

function turn(page: Page, ...accounts: AccountState[]): void {
  for (const account of accounts) page.draft.accounts.set(account.id, account);
}

function openHold(page: Page, holdId: string): HoldState {
  const hold = page.hold(holdId);
  if (hold === undefined) throw holdNotFound({ holdId });
  if (hold.status !== 'open') throw holdResolved({ holdId });
  return hold;
}

function requirePositive(transfer: { readonly id: string; readonly amountMicros: bigint }): void {
  if (transfer.amountMicros <= 0n) throw invalidTransfer({ transferId: transfer.id });
}

function requireAvailable(account: AccountState, neededMicros: bigint): void {
  const available = availableMicros(account);
  if (available === null || available >= neededMicros) return;
  throw insufficientBalance({ availableMicros: String(available), neededMicros: String(neededMicros) });
}

/** Money never moves straight from one customer to another, nor from an account to itself. */
function sharedTenant(debit: AccountState, credit: AccountState): string | null {
  const isMixed = debit.tenantId !== null && credit.tenantId !== null && debit.tenantId !== credit.tenantId;
  if (isMixed || debit.id === credit.id) throw invalidTransfer({ debit: debit.id, credit: credit.id });
  return debit.tenantId ?? credit.tenantId;
}

function cashAfter(...accounts: AccountState[]): bigint | null {
  return accounts.find((account) => account.kind === 'cash')?.postedMicros ?? null;
}

/** Whether a repeated id asks for what was booked. A release's amount and a hold's expiry are ours, not the caller's. */
function hasSameContent(booked: BookedTransfer, transfer: Transfer): boolean {
  const asked = entry(transfer);
  if (booked.kind !== asked.kind || booked.code !== asked.code || booked.holdId !== asked.holdId)
    return false;
  if (booked.refType !== asked.refType || booked.refId !== asked.refId) return false;
  if (booked.groupId !== asked.groupId || booked.reversalOf !== asked.reversalOf) return false;
  if ('amountMicros' in transfer && booked.amountMicros !== transfer.amountMicros) return false;
  if ('debit' in transfer && booked.debitAccountId !== transfer.debit) return false;
  return !('credit' in transfer) || booked.creditAccountId === transfer.credit;
}
