import { privacy, type Purpose } from '../../../declare/policy.ts';

/** Purposes that a person can stop, one by one or all at once. What must go on says so in its declaration. */
export function stoppablePurposes(): Purpose[] {
  return purposesWhere('stops');
}

export function purposesWhere(duringRestriction: 'stops' | 'continues'): Purpose[] {
  return Object.entries(privacy.vocabulary.purposes).flatMap(([name, purpose]) =>
    purpose.duringRestriction === duringRestriction ? [asPurpose(name)] : [],
  );
}

/** Guarantee: a key of the declared purposes. */
function asPurpose(name: string): Purpose {
  return name as Purpose;
}
