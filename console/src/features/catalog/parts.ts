/** What other features may use of this one. */
export { modelsQuery } from './catalog-queries.ts';
export { codeSamples } from './code-samples.ts';
export { unitsShown, useMeters } from './use-meters.ts';
export { usePerUnits } from './use-per-units.ts';
export { NonsenseAlert } from './nonsense.tsx';
