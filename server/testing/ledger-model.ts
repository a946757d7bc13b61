import type { Transfer } from '../modules/wallet/index.ts';

/**
 * The simplest ledger that could be right: a list of what was accepted, from which everything is computed again each
 * time. Tests compare the real one with it.
 */
export class LedgerModel {
  readonly accepted = new Map<string, Transfer>();

  /** Accepts or refuses by the rules of the specification, written a second time and differently. */
  offer(transfer: Transfer): 'created' | 'exists' | 'refused' {
    const earlier = this.accepted.get(transfer.id);
    if (earlier !== undefined) return canonical(earlier) === canonical(transfer) ? 'exists' : 'refused';
    if (!this.isPossible(transfer)) return 'refused';
    this.accepted.set(transfer.id, transfer);
    return 'created';
  }

  /** Sum of credits minus debits. */
  posted(account: string): bigint {
    return this.moves().reduce(
      (sum, { debit, credit, amountMicros }) =>
        sum + (credit === account ? amountMicros : 0n) - (debit === account ? amountMicros : 0n),
      0n,
    );
  }

  held(account: string): bigint {
    return this.holdsOf(account).reduce((sum, id) => sum + this.left(id), 0n);
  }

  /** What is left of a hold, zero once it has ended. */
  left(holdId: string): bigint {
    const hold = this.accepted.get(holdId);
    if (hold?.kind !== 'hold' || this.hasEnded(holdId)) return 0n;
    return [...this.accepted.values()].reduce(
      (left, transfer) =>
        transfer.kind === 'capture' && transfer.holdId === holdId ? left - transfer.amountMicros : left,
      hold.amountMicros,
    );
  }

  private isPossible(transfer: Transfer): boolean {
    switch (transfer.kind) {
      case 'post':
        return (
          transfer.amountMicros > 0n &&
          (!transfer.debit.startsWith('cash:') ||
            this.posted(transfer.debit) - this.held(transfer.debit) >= transfer.amountMicros)
        );
      case 'hold':
        return (
          transfer.amountMicros > 0n &&
          this.posted(transfer.debit) - this.held(transfer.debit) >= transfer.amountMicros
        );
      case 'capture':
        return transfer.amountMicros > 0n && this.left(transfer.holdId) >= transfer.amountMicros;
      case 'void':
      case 'expire':
        return this.accepted.get(transfer.holdId)?.kind === 'hold' && !this.hasEnded(transfer.holdId);
    }
  }

  private hasEnded(holdId: string): boolean {
    return [...this.accepted.values()].some(
      (transfer) => (transfer.kind === 'void' || transfer.kind === 'expire') && transfer.holdId === holdId,
    );
  }

  private holdsOf(account: string): string[] {
    return [...this.accepted.values()].flatMap((transfer) =>
      transfer.kind === 'hold' && transfer.debit === account ? [transfer.id] : [],
    );
  }

  private moves(): { debit: string; credit: string; amountMicros: bigint }[] {
    return [...this.accepted.values()].flatMap((transfer) => {
      if (transfer.kind === 'post') return [transfer];
      const hold = transfer.kind === 'capture' ? this.accepted.get(transfer.holdId) : undefined;
      return transfer.kind === 'capture' && hold?.kind === 'hold'
        ? [{ debit: hold.debit, credit: transfer.credit, amountMicros: transfer.amountMicros }]
        : [];
    });
  }
}

function canonical(transfer: Transfer): string {
  return JSON.stringify(
    Object.entries(transfer).sort(([a], [b]) => (a < b ? -1 : 1)),
    (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value),
  );
}
