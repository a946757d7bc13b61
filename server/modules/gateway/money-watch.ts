import { Problem } from '../../kernel/problem.ts';
import { insufficientBalance } from '../wallet/index.ts';
import { isSpoken } from './hold-size.ts';
import { chargeMicros, isFree, writing } from './meter-request.ts';
import type { Ticket } from './ticket.ts';
import type { TokenUsage } from './usage.ts';
import type { WalletLeases } from './wallet-leases.ts';

export interface MoneyWatch {
  /** Called after every piece of a stream with what it has used so far, near enough. */
  observe(usage: TokenUsage): void;
}

export interface MoneyWatchEvents {
  /** What is held is used up and more is being asked for: wait. */
  readonly onWait: () => void;
  readonly onGranted: () => void;
  /** There is no more: the answer must end here. */
  readonly onExhausted: () => void;
  /** Whether there is more cannot be found out, and what is held is used up. */
  readonly onFault: (error: unknown) => void;
}

/**
 * Keeps a stream within the money held for it. Before the hold is used up it is doubled, or takes what is there; an
 * answer longer than expected thus asks a few times, and one that the wallet cannot pay for ends instead of being given away.
 */
export function watchMoney(leases: WalletLeases, ticket: Ticket, events: MoneyWatchEvents): MoneyWatch {
  const { facts, hold, model } = ticket;
  const mostOutputTokens = facts.maxOutputTokens === null ? null : facts.maxOutputTokens * facts.choices;
  const isAllFree = isFree(model.prices);
  let growing = false;
  let refused = false;
  let waits = false;

  async function grow(): Promise<void> {
    growing = true;
    let fault: unknown = null;
    try {
      await leases.grow(hold, hold.heldMicros > 0n ? hold.heldMicros : 1n);
      refused = false;
    } catch (error) {
      refused = error instanceof Problem && error.code === insufficientBalance.code;
      if (!refused) fault = error;
    }
    growing = false;
    if (!waits) return;
    waits = false;
    if (fault !== null) events.onFault(fault);
    else if (refused) events.onExhausted();
    else events.onGranted();
  }

  return {
    observe(usage) {
      if (isAllFree) return;
      const { prices } = model;
      const costMicros = chargeMicros(usage, prices);
      if (costMicros * 5n < hold.heldMicros * 4n) return;
      const isUsedUp = costMicros > hold.heldMicros;
      if (!isUsedUp && mostOutputTokens !== null) {
        const whole = writing(usage, mostOutputTokens, prices, isSpoken(facts));
        if (chargeMicros(whole, prices) <= hold.heldMicros) return;
      }
      // Refused before what was held is used up, it asks once more then: the wallet may have been filled.
      if (!growing && (!refused || isUsedUp)) void grow();
      if (!isUsedUp) return;
      waits = true;
      events.onWait();
    },
  };
}
