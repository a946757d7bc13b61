import { z } from 'zod';
import { inTransaction } from '../../kernel/db.ts';
import { defineJob } from '../../kernel/jobs.ts';
import { notifyCatalogChanged } from './catalog-changed.ts';

/** Tells caches when a price that was published ahead begins to hold. */
export const announcePrice = defineJob(
  'catalog.announce-price',
  z.object({ priceVersionId: z.string() }),
  async (ctx) => inTransaction(ctx, 'inference', notifyCatalogChanged),
);
