export { catalogChangedChannel } from './catalog-changed.ts';
export { listModels, type ModelCard, registerModel } from './models.ts';
export { loadPriceBook, type PricedModel, type PriceVersion, setPrice } from './prices.ts';
export { modelNotFound } from './problems.ts';
