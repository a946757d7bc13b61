import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Problem } from '../../kernel/problem.ts';
import { LedgerModel } from '../../testing/ledger-model.ts';
import { asTransfers, wishes } from '../../testing/ledger-traffic.ts';
import { type Book, bookGroup, emptyBook } from './book.ts';
import type { Transfer } from './transfer.ts';

const tenants = ['tenant_a', 'tenant_b'];
const accounts = ['cash:tenant_a', 'cash:tenant_b', 'clearing:test', 'revenue:test'];

function offer(book: Book, transfer: Transfer): 'created' | 'exists' | 'refused' {
  try {
    return bookGroup(book, [transfer])[0]?.outcome ?? 'refused';
  } catch (error) {
    if (error instanceof Problem) return 'refused';
    throw error;
  }
}

test('L1 L2 L3 L4 L5 the rules decide like the simplest ledger, on any traffic', () => {
  fc.assert(
    fc.property(wishes(60), (list) => {
      const book = emptyBook();
      const model = new LedgerModel();
      for (const transfer of asTransfers(list, tenants, 'run'))
        expect(offer(book, transfer)).toBe(model.offer(transfer));
      for (const id of accounts) {
        const account = book.accounts.get(id);
        expect(account?.postedMicros ?? 0n).toBe(model.posted(id));
        expect(account?.heldMicros ?? 0n).toBe(model.held(id));
        if (account?.kind === 'cash') expect(account.postedMicros - account.heldMicros >= 0n).toBe(true);
      }
      expect([...book.accounts.values()].reduce((sum, { postedMicros }) => sum + postedMicros, 0n)).toBe(0n);
    }),
    { numRuns: 400 },
  );
});

test('a group is booked whole or not at all', () => {
  fc.assert(
    fc.property(wishes(12), wishes(6), (before, group) => {
      const book = emptyBook();
      for (const transfer of asTransfers(before, tenants, 'before')) offer(book, transfer);
      const copy = structuredClone(book);
      try {
        bookGroup(book, asTransfers(group, tenants, 'group'));
      } catch {
        expect(book).toEqual(copy);
      }
    }),
    { numRuns: 200 },
  );
});

const facts = { refType: 'test', refId: 'x' } as const;
const expiresAt = new Date('2100-01-01T00:00:00Z');

/** A book with 20 micro-yuan in cash, a hold of 8 of which 3 are captured, one that was voided and one that expired. */
function aBook(): Book {
  const book = emptyBook();
  for (const transfer of [
    {
      ...facts,
      id: 'in',
      kind: 'post',
      code: 'top_up',
      debit: 'clearing:x',
      credit: 'cash:a',
      amountMicros: 20n,
    },
    { ...facts, id: 'hold', kind: 'hold', code: 'usage', debit: 'cash:a', amountMicros: 8n, expiresAt },
    {
      ...facts,
      id: 'part',
      kind: 'capture',
      code: 'usage',
      holdId: 'hold',
      credit: 'revenue:x',
      amountMicros: 3n,
      groupId: 'group',
      reversalOf: 'earlier',
    },
    { ...facts, id: 'late', kind: 'hold', code: 'usage', debit: 'cash:a', amountMicros: 2n, expiresAt },
    { ...facts, id: 'gone', kind: 'hold', code: 'usage', debit: 'cash:a', amountMicros: 1n, expiresAt },
    { ...facts, id: 'void', kind: 'void', code: 'usage', holdId: 'gone' },
    { ...facts, id: 'expire', kind: 'expire', code: 'usage', holdId: 'late' },
  ] satisfies Transfer[])
    bookGroup(book, [transfer]);
  return book;
}

test('L2 the journal says of each transfer what moved, whose it is, and what was left in cash', () => {
  const { booked, holds } = aBook();
  const said = [...booked.values()].map((row) => [
    row.id,
    row.kind,
    row.debitAccountId,
    row.creditAccountId,
    row.amountMicros,
    row.holdId,
    row.cashAfterMicros,
  ]);
  expect(said).toEqual([
    ['in', 'post', 'clearing:x', 'cash:a', 20n, null, 20n],
    ['hold', 'hold', 'cash:a', null, 8n, null, null],
    ['part', 'capture', 'cash:a', 'revenue:x', 3n, 'hold', 17n],
    ['late', 'hold', 'cash:a', null, 2n, null, null],
    ['gone', 'hold', 'cash:a', null, 1n, null, null],
    ['void', 'void', 'cash:a', null, 1n, 'gone', null],
    ['expire', 'expire', 'cash:a', null, 2n, 'late', null],
  ]);
  expect([...booked.values()].every(({ tenantId }) => tenantId === 'a')).toBe(true);
  expect(booked.get('part')).toMatchObject({
    ...facts,
    code: 'usage',
    groupId: 'group',
    reversalOf: 'earlier',
  });
  expect(booked.get('in')).toMatchObject({ groupId: null, reversalOf: null });
  expect([...holds.values()].map(({ id, status, capturedMicros }) => [id, status, capturedMicros])).toEqual([
    ['hold', 'open', 3n],
    ['late', 'expired', 0n],
    ['gone', 'voided', 0n],
  ]);
});

test('L4 an id that is booked is refused with any other content, and changes nothing', () => {
  const book = aBook();
  const before = structuredClone(book);
  const part = { ...facts, id: 'part', kind: 'capture', code: 'usage', holdId: 'hold' } as const;
  const capture = { ...part, credit: 'revenue:x', amountMicros: 3n, groupId: 'group', reversalOf: 'earlier' };
  const post = { ...facts, id: 'in', kind: 'post', code: 'top_up', amountMicros: 20n } as const;
  const others: Transfer[] = [
    { ...capture, code: 'refund' },
    { ...capture, holdId: 'late' },
    { ...capture, credit: 'revenue:y' },
    { ...capture, amountMicros: 4n },
    { ...capture, groupId: null },
    { ...capture, reversalOf: null },
    { ...capture, refType: 'other' },
    { ...capture, refId: 'other' },
    { ...post, debit: 'clearing:y', credit: 'cash:a' },
    { ...facts, id: 'void', kind: 'expire', code: 'usage', holdId: 'gone' },
  ];
  for (const other of others)
    expect(() => bookGroup(book, [other]), JSON.stringify(other.id)).toThrow(
      expect.objectContaining({ code: 'wallet.transfer_differs', fields: { transferId: other.id } }),
    );
  expect(book).toEqual(before);
  expect(bookGroup(book, [capture])).toEqual([{ id: 'part', outcome: 'exists' }]);
});

test('L3 L5 no amount is zero or less, and only money that may not run out is held', () => {
  const refused: Transfer[] = [0n, -1n].flatMap((amountMicros) => [
    { ...facts, id: 'h', kind: 'hold', code: 'usage', debit: 'cash:a', amountMicros, expiresAt },
    { ...facts, id: 'c', kind: 'capture', code: 'usage', holdId: 'hold', credit: 'revenue:x', amountMicros },
  ]);
  refused.push({
    ...facts,
    id: 'h',
    kind: 'hold',
    code: 'usage',
    debit: 'debt:a',
    amountMicros: 1n,
    expiresAt,
  });
  for (const transfer of refused)
    expect(() => bookGroup(aBook(), [transfer])).toThrow(
      expect.objectContaining({ code: 'wallet.invalid_transfer' }),
    );
});

test('L3 money in suspense can be paid out to the last micro-yuan, not beyond', () => {
  const move = (id: string, debit: string, credit: string, amountMicros: bigint): Transfer => ({
    ...facts,
    id,
    kind: 'post',
    code: 'refund',
    debit,
    credit,
    amountMicros,
  });
  const book = emptyBook();
  bookGroup(book, [move('in', 'clearing:x', 'suspense:x', 5n)]);
  expect(() => bookGroup(book, [move('more', 'suspense:x', 'clearing:x', 6n)])).toThrow(
    expect.objectContaining({ code: 'wallet.insufficient_balance' }),
  );
  bookGroup(book, [move('all', 'suspense:x', 'clearing:x', 5n)]);
  expect(book.accounts.get('suspense:x')?.postedMicros).toBe(0n);
});

test('ids of transfers have up to 120 characters, ids of accounts up to 100', () => {
  const post = (id: string, credit: string): Transfer => ({
    ...facts,
    id,
    kind: 'post',
    code: 'top_up',
    debit: 'clearing:x',
    credit,
    amountMicros: 1n,
  });
  const cash = (length: number) => `cash:${'a'.repeat(length - 5)}`;
  expect(bookGroup(emptyBook(), [post('x'.repeat(120), cash(100))])).toMatchObject([{ outcome: 'created' }]);
  for (const [id, transferId] of [
    ['x'.repeat(121), 'x'.repeat(120)],
    ['', ''],
  ] as const)
    expect(() => bookGroup(emptyBook(), [post(id, cash(10))])).toThrow(
      expect.objectContaining({ code: 'wallet.invalid_transfer', fields: { transferId } }),
    );
  expect(() => bookGroup(emptyBook(), [post('x', cash(101))])).toThrow(
    expect.objectContaining({ code: 'wallet.invalid_transfer' }),
  );
});

test('money never moves straight from one customer to another, to itself, or to an account outside the chart', () => {
  const common = {
    id: 'x',
    kind: 'post',
    code: 'usage',
    amountMicros: 1n,
    refType: 'test',
    refId: 'x',
  } as const;
  for (const [debit, credit] of [
    ['cash:a', 'cash:b'],
    ['clearing:x', 'clearing:x'],
    ['gold:x', 'cash:a'],
    ['cash:', 'revenue:x'],
    ['__proto__:x', 'revenue:x'],
  ] as const) {
    expect(() => bookGroup(emptyBook(), [{ ...common, debit, credit }])).toThrow('not possible');
  }
  for (const amountMicros of [0n, -1n])
    expect(() =>
      bookGroup(emptyBook(), [{ ...common, debit: 'clearing:x', credit: 'cash:a', amountMicros }]),
    ).toThrow('not possible');
});
