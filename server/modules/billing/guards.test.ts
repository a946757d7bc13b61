import { expect } from 'vitest';
import type { Ctx } from '../../kernel/context.ts';
import { test } from '../../testing/test.ts';
import { listBills, listMonths } from './bills.ts';
import { freezeStatistics } from './freeze-statistics.ts';
import { readPlatformUsage } from './platform-usage.ts';
import { recordUsage } from './record-usage.ts';
import { settleHours } from './settle-hours.ts';
import { listUsageEvents, sumUsage } from './usage.ts';
import { readStatistics } from './usage-statistics.ts';

type Verb = (ctx: Ctx, ...rest: never[]) => Promise<unknown>;

/** Verbs by the callers they must refuse. The routes refuse them too; this is the guard behind the routes. */
const refused: Record<'owner' | 'anonymous', Record<string, Verb>> = {
  owner: { recordUsage, settleHours, freezeStatistics, readPlatformUsage, readStatistics },
  anonymous: { listBills, listMonths, listUsageEvents, sumUsage },
};

/** Guarantee: refused callers get no further than the guard, so that no verb looks at its arguments. */
const noInput = {} as never;

test('every verb refuses a caller whom its permission does not name', async ({ ctx, anonymous }) => {
  const callers = { owner: ctx, anonymous };
  for (const [caller, verbs] of Object.entries(refused)) {
    for (const [name, verb] of Object.entries(verbs)) {
      const answer = verb(callers[caller as keyof typeof refused], noInput);
      await expect(answer, `${name} by ${caller}`).rejects.toMatchObject({
        code: caller === 'anonymous' ? 'kernel.unauthenticated' : 'kernel.forbidden',
      });
    }
  }
});
