import { createCandor } from '../candor.ts';

/** The declarations of the product, for assertions about them. */
export const { registry } = createCandor();
