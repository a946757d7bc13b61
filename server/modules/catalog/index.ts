// Importing the jobs declares them to the worker.
import './jobs.ts';

export { catalogChangedChannel } from './catalog-changed.ts';
export { listModels, type ModelCard, registerModel, withdrawModels } from './models.ts';
export { loadPriceBook, type PricedModel, type PriceVersion, setPrice } from './prices.ts';
export { catalogRoutes } from './routes.ts';
