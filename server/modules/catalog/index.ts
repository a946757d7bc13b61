import { defineModule } from '../../declare/define-module.ts';
import { acts } from './acts.ts';
import { ids } from './ids.ts';
import { announcePrice } from './jobs.ts';
import { permissions } from './permissions.ts';
import * as problems from './problems.ts';
import { catalogRoutes } from './routes.ts';
import * as schema from './schema.ts';

export { completePrices, requireMeters } from './complete-prices.ts';
export { type ModelKind, modelKinds } from './kinds.ts';
export { catalogChangedChannel } from './catalog-changed.ts';
export { countModels, type ModelCounts } from './count-models.ts';
export { listModels, type ModelCard, registerModel, withdrawModels } from './models.ts';
export {
  loadPriceBook,
  type MeterPrice,
  type MeterPrices,
  type PricedModel,
  type PriceVersion,
  setPrice,
} from './prices.ts';
export { longestModelId, modelIdSchema, priceAmountSchema, priceUnitsSchema, skuSchema } from './wire.ts';

export const catalogModule = defineModule('catalog', {
  calls: ['audit'],
  ids,
  acts,
  schema,
  permissions,
  problems,
  jobs: [announcePrice],
  installs: { api: catalogRoutes },
});
