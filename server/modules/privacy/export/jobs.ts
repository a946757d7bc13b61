import { z } from 'zod';
import { inTransaction } from '../../../kernel/db.ts';
import { idSchema } from '../../../kernel/id.ts';
import { defineJob } from '../../../kernel/jobs.ts';
import { runExport } from './run-export.ts';
import { sweepExports } from './sweep-exports.ts';

export const writeExportJob = defineJob(
  'privacy.write-export',
  z.object({ exportId: idSchema('export') }),
  async (ctx, { exportId }) => runExport(ctx, exportId),
);

export const sweepExportsJob = defineJob(
  'privacy.sweep-exports',
  z.object({}),
  async (ctx) => {
    const lost = await sweepExports(ctx);
    await inTransaction(ctx, 'casework', async (ctx) => {
      for (const exportId of lost) await writeExportJob.enqueue(ctx, { exportId }, { key: exportId });
    });
  },
  { cron: '* * * * *' },
);
