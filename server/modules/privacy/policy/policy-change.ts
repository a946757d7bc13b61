import { isDeepStrictEqual } from 'node:util';
import type { PolicyFacts } from './policy-facts.ts';

/**
 * What a change asks of people. `ask`: something new is done with their data, so they are asked before it goes on.
 * `notice`: they are notified. `editorial`: the same in other words, or less.
 */
export const changeClasses = ['editorial', 'notice', 'ask'] as const;
export type ChangeClass = (typeof changeClasses)[number];

export const changeKinds = [
  'purpose_added',
  'purpose_removed',
  'basis_changed',
  'datum_added',
  'datum_removed',
  'datum_purpose_added',
  'datum_recipient_added',
  'kept_longer',
  'kept_shorter',
  'became_sensitive',
  'recipient_added',
  'recipient_removed',
  'recipient_moved',
  'recipient_keeps_longer',
  'installation_changed',
  'storage_changed',
] as const;
export type ChangeKind = (typeof changeKinds)[number];

const classOfKind: Readonly<Record<ChangeKind, ChangeClass>> = {
  purpose_added: 'ask',
  purpose_removed: 'notice',
  basis_changed: 'ask',
  datum_added: 'ask',
  datum_removed: 'notice',
  datum_purpose_added: 'ask',
  datum_recipient_added: 'ask',
  kept_longer: 'ask',
  kept_shorter: 'notice',
  became_sensitive: 'ask',
  recipient_added: 'ask',
  recipient_removed: 'notice',
  recipient_moved: 'ask',
  recipient_keeps_longer: 'ask',
  installation_changed: 'notice',
  storage_changed: 'ask',
};

export interface PolicyChange {
  readonly class: ChangeClass;
  readonly changes: readonly { readonly kind: ChangeKind; readonly about: string }[];
}

/** What differs between two policies, by what they promise. Equal promises in other words are editorial. */
export function policyChange(before: PolicyFacts, after: PolicyFacts): PolicyChange {
  const changes = [
    ...purposeChanges(before, after),
    ...recipientChanges(before, after),
    ...dataChanges(before, after),
    ...installationChanges(before, after),
  ];
  const worst = Math.max(0, ...changes.map(({ kind }) => changeClasses.indexOf(classOfKind[kind])));
  return { class: changeClasses[worst] ?? 'ask', changes };
}

/** Whether who accepted one policy need not be asked for the other: it promises no less. */
export function covers(accepted: PolicyFacts, inForce: PolicyFacts): boolean {
  return policyChange(accepted, inForce).class !== 'ask';
}

type Changes = PolicyChange['changes'];

function purposeChanges(before: PolicyFacts, after: PolicyFacts): Changes {
  return compared(before.purposes, after.purposes, 'purpose_added', 'purpose_removed', (was, is) =>
    was.basis === is.basis && was.isEssential === is.isEssential ? [] : ['basis_changed'],
  );
}

function recipientChanges(before: PolicyFacts, after: PolicyFacts): Changes {
  return compared(before.recipients, after.recipients, 'recipient_added', 'recipient_removed', (was, is) => [
    ...(was.region === is.region ? [] : (['recipient_moved'] as const)),
    ...(is.retentionDays > was.retentionDays ? (['recipient_keeps_longer'] as const) : []),
  ]);
}

function dataChanges(before: PolicyFacts, after: PolicyFacts): Changes {
  return compared(before.data, after.data, 'datum_added', 'datum_removed', (was, is) => [
    ...(isSubset(is.purposes, was.purposes) ? [] : (['datum_purpose_added'] as const)),
    ...(isSubset(is.recipients, was.recipients) ? [] : (['datum_recipient_added'] as const)),
    ...(is.keepDays > was.keepDays || !isSubset(is.anchors, was.anchors) ? (['kept_longer'] as const) : []),
    ...(is.keepDays < was.keepDays ? (['kept_shorter'] as const) : []),
    ...(is.isSensitive && !was.isSensitive ? (['became_sensitive'] as const) : []),
  ]);
}

function installationChanges({ installation: was }: PolicyFacts, { installation: is }: PolicyFacts): Changes {
  return (Object.keys(is) as (keyof typeof is)[]).flatMap((about) => {
    if (isDeepStrictEqual(was[about], is[about])) return [];
    return [{ kind: about === 'storagePlace' ? 'storage_changed' : 'installation_changed', about } as const];
  });
}

function compared<T>(
  before: Readonly<Record<string, T>>,
  after: Readonly<Record<string, T>>,
  added: ChangeKind,
  removed: ChangeKind,
  differences: (was: T, is: T) => readonly ChangeKind[],
): Changes {
  const gone = Object.keys(before).filter((about) => after[about] === undefined);
  return [
    ...Object.entries(after).flatMap(([about, is]) => {
      const was = before[about];
      return (was === undefined ? [added] : differences(was, is)).map((kind) => ({ kind, about }));
    }),
    ...gone.map((about) => ({ kind: removed, about })),
  ];
}

function isSubset(smaller: readonly string[], larger: readonly string[]): boolean {
  return smaller.every((item) => larger.includes(item));
}
