import { id, idOf, rarely } from '../../testing/list-rows.ts';
import type { ModuleFixture } from '../../testing/module-fixture.ts';
import { listPrices } from './prices.ts';

export const fixture = {
  lists: {
    '/api/catalog/prices': {
      table: 'catalog.price_versions',
      rows: {
        id,
        sku: rarely('rare', 'often'),
        meters: `array['gateway.input-tokens']`,
        micros: 'array[1]',
        per_units: 'array[1]',
      },
      queries: {
        all: listPrices,
        'of a model': (ctx, page) => listPrices(ctx, { ...page, sku: 'often' }),
        'of a model with few': (ctx, page) => listPrices(ctx, { ...page, sku: 'rare' }),
      },
      idOf,
    },
  },
  addresses: { modelId: 'public' },
  openOperations: ['GET /api/catalog/meters', 'GET /api/catalog/models'],
  withoutFiles: {
    '/api/catalog/prices': 'public, and few',
  },
} as const satisfies ModuleFixture;
