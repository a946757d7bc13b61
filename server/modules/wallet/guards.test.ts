import { expect } from 'vitest';
import { asSystem, type Ctx } from '../../kernel/context.ts';
import { test } from '../../testing/test.ts';
import { getBalance } from './balance.ts';
import { creditBankTransfer } from './bank-transfers.ts';
import { cancelTopUp } from './cancel-top-up.ts';
import { chargeUsage } from './charge-usage.ts';
import { checkLedger } from './check-ledger.ts';
import { countPaymentsToDecide } from './count-payments-to-decide.ts';
import { createTopUp } from './create-top-up.ts';
import { approveBankTransfer, rejectBankTransfer, reverseBankTransfer } from './decide-bank-transfer.ts';
import { expireHolds } from './expire-holds.ts';
import { extendHoldExpiry } from './holds.ts';
import { createLedgerWriter } from './ledger-writer.ts';
import { listBankTransfers, sumBankTransfers } from './list-bank-transfers.ts';
import { listSuspendedPayments } from './list-suspended-payments.ts';
import { getTopUp, listTopUps } from './list-top-ups.ts';
import { postTransfers } from './post-transfers.ts';
import {
  approveAssignment,
  assignSuspendedPayment,
  declineAssignment,
  refundSuspendedPayment,
} from './resolve-suspense.ts';
import { reverseGroup } from './reverse-group.ts';
import { listTransactions, sumTransactions } from './transactions.ts';

type Verb = (ctx: Ctx, ...rest: never[]) => Promise<unknown>;

/** Verbs by the callers they must refuse. The routes refuse them too; this is the guard behind the routes. */
const refused: Record<'owner' | 'member' | 'anonymous' | 'system', Record<string, Verb>> = {
  owner: {
    createLedgerWriter: async (ctx) => createLedgerWriter(ctx),
    chargeUsage,
    extendHoldExpiry,
    expireHolds,
    postTransfers,
    reverseGroup,
    checkLedger,
    countPaymentsToDecide,
    creditBankTransfer,
    approveBankTransfer,
    rejectBankTransfer,
    reverseBankTransfer,
    listBankTransfers,
    sumBankTransfers,
    listSuspendedPayments,
    refundSuspendedPayment,
    assignSuspendedPayment,
    approveAssignment,
    declineAssignment,
  },
  member: { createTopUp, cancelTopUp },
  anonymous: { getBalance, listTopUps, getTopUp, listTransactions, sumTransactions },
  // What no person is looking at, no part of ours reads through a verb for persons.
  system: { getBalance, listTopUps, getTopUp, listTransactions, sumTransactions, createTopUp, cancelTopUp },
};

/** Guarantee: refused callers get no further than the guard, so that no verb looks at its arguments. */
const noInput = {} as never;

test('every verb refuses a caller whom its permission does not name', async ({ ctx, anonymous }) => {
  const callers = {
    owner: ctx,
    member: { ...ctx, actor: { ...ctx.actor, role: 'member' } } as Ctx,
    anonymous,
    system: asSystem(ctx, 'test', ctx.tenantId),
  };
  for (const [caller, verbs] of Object.entries(refused)) {
    for (const [name, verb] of Object.entries(verbs)) {
      const answer = verb(callers[caller as keyof typeof refused], noInput, noInput);
      await expect(answer, `${name} by ${caller}`).rejects.toMatchObject({
        code: caller === 'anonymous' ? 'kernel.unauthenticated' : 'kernel.forbidden',
      });
    }
  }
});
