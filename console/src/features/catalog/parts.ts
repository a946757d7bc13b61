/** What other features may use of this one. */
export { modelsQuery } from './catalog-queries.ts';
export { codeSamples } from './code-samples.ts';
export { useMeters } from './use-meters.ts';
export { NonsenseAlert } from './nonsense.tsx';
