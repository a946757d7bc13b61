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
