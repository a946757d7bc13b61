import type { PurposeDefinition } from '@candor/privacy-engine';
import type { Actor, Ctx } from '../kernel/context.ts';

/** `person` is any logged-in user, `operator` one who may run the platform, `delegate` the system for one person. */
export type ActsFor = 'stranger' | 'person' | 'operator' | 'apiKey' | 'delegate' | 'system';

/**
 * What the engine compiles of a purpose, and who may open a transaction for it: it limits what runs, not what is
 * promised.
 */
export type DeclaredPurpose = PurposeDefinition & { readonly actsFor: readonly [ActsFor, ...ActsFor[]] };
export type DeclaredPurposes = Readonly<Record<string, DeclaredPurpose>>;

/** Declares purposes, keeping their names as a type so that an unknown purpose does not compile. */
export function definePurposes<const Purposes extends DeclaredPurposes>(purposes: Purposes): Purposes {
  return purposes;
}

/** Purposes as the engine knows them. */
export type WithoutActors<Purposes extends DeclaredPurposes> = {
  readonly [Name in keyof Purposes]: EngineFacts<Purposes[Name]>;
};
/** Of each alternative alone, so that a purpose on consent still has its text. */
type EngineFacts<One> = One extends DeclaredPurpose ? Omit<One, 'actsFor'> : never;

/** The engine knows no actors: who acts is no part of the published declarations and of their hash. */
export function withoutActors<Purposes extends DeclaredPurposes>(
  purposes: Purposes,
): WithoutActors<Purposes> {
  const named = Object.entries(purposes).map(([name, { actsFor: _actsFor, ...definition }]) => [
    name,
    definition,
  ]);
  // Guarantee: the same names, each without one member.
  return Object.fromEntries(named) as WithoutActors<Purposes>;
}

/**
 * A verb that serves strangers from what only the system may see says so with `asSystem`.
 * @throws when the purpose is not declared, or does not act for the actor of the context.
 */
export function requireActor({ product, actor }: Pick<Ctx, 'product' | 'actor'>, purpose: string): void {
  const actsFor = product.actsFor.get(purpose);
  if (actsFor === undefined) throw new Error('this purpose is not declared');
  if (!actsFor.some((one) => isActor(actor, one)))
    throw new Error(`the purpose "${purpose}" acts for ${actsFor.join(', ')}, not for ${actor.kind}`);
}

export function isActor(actor: Actor, one: ActsFor): boolean {
  switch (one) {
    case 'stranger':
      return actor.kind === 'anonymous';
    case 'person':
      return actor.kind === 'user';
    case 'operator':
      return actor.kind === 'user' && actor.isOperator;
    case 'apiKey':
    case 'delegate':
    case 'system':
      return actor.kind === one;
  }
}
