import { formatMicros } from '../../kernel/money.ts';
import type { TokenUsage } from './usage.ts';

/** What the books hold of an answer. */
export interface Receipt {
  readonly chargeMicros: bigint;
  /** What it was charged for. */
  readonly usage: TokenUsage;
}

/** On every whole answer: what it cost, in yuan with six decimals. */
export const costHeader = 'x-candor-cost';

export function costText({ chargeMicros }: Receipt): string {
  return formatMicros(chargeMicros);
}
