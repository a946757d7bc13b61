import type { Purpose } from '../../../declare/policy.ts';
import type { Product } from '../../../declare/product.ts';

/** Purposes that a person can stop, one by one or all at once. What must go on says so in its declaration. */
export function stoppablePurposes(product: Product): Purpose[] {
  return purposesWhere(product, 'stops');
}

export function purposesWhere(product: Product, duringRestriction: 'stops' | 'continues'): Purpose[] {
  return Object.entries(product.registry.vocabulary.purposes).flatMap(([name, purpose]) =>
    purpose.duringRestriction === duringRestriction ? [asPurpose(name)] : [],
  );
}

/** Guarantee: a key of the declared purposes. */
function asPurpose(name: string): Purpose {
  return name as Purpose;
}
