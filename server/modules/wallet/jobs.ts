import { z } from 'zod';
import { defineJob } from '../../kernel/jobs.ts';
import { checkLedger } from './check-ledger.ts';
import { expireHolds } from './expire-holds.ts';

const nothing = z.object({});

export const expireHoldsJob = defineJob(
  'wallet.expire-holds',
  nothing,
  async (ctx) => void (await expireHolds(ctx)),
  {
    cron: '* * * * *',
  },
);

/** The books are folded again every night; a difference is the loudest thing a log can say. */
export const checkLedgerJob = defineJob(
  'wallet.check-ledger',
  nothing,
  async (ctx) => {
    const { sumMicros, mismatches, accountsChecked } = await checkLedger(ctx);
    if (sumMicros === 0n && mismatches.length === 0) return;
    ctx.log.fatal(
      {
        sumMicros: String(sumMicros),
        accountsChecked,
        accounts: mismatches.map(({ kind, id }) => `${kind} ${id}`),
      },
      'the ledger does not balance',
    );
  },
  { cron: '17 19 * * *' },
);
