import { z } from 'zod';
import { now } from '../../kernel/context.ts';
import { defineJob } from '../../kernel/jobs.ts';
import { hourOf } from './period.ts';
import { settleHours } from './settle-hours.ts';
import { freezeStatistics } from './freeze-statistics.ts';

/** A few minutes after the hour, so that what was still being written has arrived. */
export const settleJob = defineJob(
  'billing.settle-hours',
  z.object({}),
  async (ctx) => void (await settleHours(ctx, { until: hourOf(now(ctx)).from })),
  {
    cron: '3 * * * *',
  },
);

/** After the last hour of a month is settled; every hour, because a month is written once, however late. */
export const freezeJob = defineJob(
  'billing.freeze-statistics',
  z.object({}),
  async (ctx) => void (await freezeStatistics(ctx)),
  {
    cron: '23 * * * *',
  },
);
