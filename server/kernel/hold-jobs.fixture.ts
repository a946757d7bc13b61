import { z } from 'zod';
import { createCandor } from '../candor.ts';
import { systemClock } from './clock.ts';
import type { Ctx } from './context.ts';
import { defineJob } from './jobs.ts';
import { createLog } from './log.ts';
import { startWorker } from './run-jobs.ts';

// Takes a job from the queue, says so, and works on it until it is killed.
const [, , appUrl = ''] = process.argv;
const held = defineJob('test.held', z.object({}), async () => {
  process.stdout.write('working\n');
  await new Promise(() => {});
});
const log = createLog('silent');
const product = createCandor();
product.jobs.add(held);
await startWorker(appUrl, () => ({ product, log, clock: systemClock }) as Ctx, log);
setInterval(() => {}, 60_000);
