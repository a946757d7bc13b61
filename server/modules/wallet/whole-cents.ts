import { microsPerCent } from '../../kernel/money.ts';
import { invalidInput } from '../../kernel/problem.ts';

/** Banks and payment channels move whole cents (D-WAL-2). @throws `kernel.invalid_input` */
export function requireWholeCents(amountMicros: bigint, largestMicros: bigint): void {
  const message =
    amountMicros <= 0n
      ? 'must be above zero'
      : amountMicros % microsPerCent !== 0n
        ? 'must be whole cents'
        : amountMicros > largestMicros
          ? 'is too large'
          : null;
  if (message !== null) throw invalidInput({ issues: [{ path: 'body.amountMicros', message }] });
}
