import fc from 'fast-check';
import type { Transfer } from '../modules/wallet/index.ts';

/** An instruction that names holds by number, so that fast-check can make and shrink it. */
export interface Wish {
  readonly kind: 'fund' | 'spend' | 'hold' | 'capture' | 'void' | 'expire';
  readonly wallet: number;
  readonly amountMicros: bigint;
  /** Which of the earlier holds it is about. */
  readonly pick: number;
  /** Sends an earlier instruction again, as it was or with another amount. */
  readonly repeat: 'no' | 'same' | 'different';
}

export const wishes = (maxLength: number) =>
  fc.array(
    fc.record({
      kind: fc.constantFrom<Wish['kind']>(
        'fund',
        'fund',
        'spend',
        'hold',
        'hold',
        'capture',
        'capture',
        'void',
        'expire',
      ),
      wallet: fc.nat(1),
      amountMicros: fc.oneof(fc.bigInt({ min: 1n, max: 12n }), fc.bigInt({ min: 1n, max: 2n ** 55n })),
      pick: fc.nat(1000),
      repeat: fc.constantFrom<Wish['repeat']>('no', 'no', 'no', 'no', 'no', 'same', 'different'),
    }),
    { minLength: 1, maxLength },
  );

/** Writes the wishes out as transfers of these wallets. The same run twice would be other ids. */
export function asTransfers(list: readonly Wish[], tenantIds: readonly string[], run: string): Transfer[] {
  const made: Transfer[] = [];
  const holdIds: string[] = [];
  for (const [position, wish] of list.entries()) {
    const earlier = made[wish.pick % Math.max(made.length, 1)];
    if (wish.repeat === 'same' && earlier !== undefined) made.push(earlier);
    else if (wish.repeat === 'different' && earlier !== undefined)
      made.push({ ...earlier, refId: 'another' });
    else
      made.push(
        write(
          wish,
          `${run}:${position}`,
          `cash:${tenantIds[wish.wallet % tenantIds.length]}`,
          holdIds[wish.pick % Math.max(holdIds.length, 1)] ?? `${run}:none`,
        ),
      );
    const last = made.at(-1);
    if (last?.kind === 'hold' && !holdIds.includes(last.id)) holdIds.push(last.id);
  }
  return made;
}

function write({ kind, amountMicros }: Wish, id: string, cash: string, holdId: string): Transfer {
  const common = { id, refType: 'test', refId: id } as const;
  switch (kind) {
    case 'fund':
      return { ...common, kind: 'post', code: 'top_up', debit: 'clearing:test', credit: cash, amountMicros };
    case 'spend':
      return { ...common, kind: 'post', code: 'usage', debit: cash, credit: 'revenue:test', amountMicros };
    case 'hold':
      return {
        ...common,
        kind: 'hold',
        code: 'usage',
        debit: cash,
        amountMicros,
        expiresAt: new Date('2100-01-01T00:00:00Z'),
      };
    case 'capture':
      return { ...common, kind: 'capture', code: 'usage', holdId, credit: 'revenue:test', amountMicros };
    case 'void':
    case 'expire':
      return { ...common, kind, code: 'usage', holdId };
  }
}
