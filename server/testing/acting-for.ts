import { type ActsFor, isActor } from '../declare/purposes.ts';
import type { Purpose } from '../declare/policy.ts';
import { asDelegate, asSystem, type Ctx } from '../kernel/context.ts';

const person = { userId: 'user_01h455vb4pex5vsknk084sn02q', sessionId: 'sess' } as const;

/**
 * The context under an actor for whom a purpose acts, its own if that is one: for tests of what PostgreSQL refuses
 * inside a transaction, whatever the actor.
 */
export function actingFor(ctx: Ctx, purpose: Purpose): Ctx {
  const actsFor = ctx.product.actsFor.get(purpose) ?? [];
  if (actsFor.some((one) => isActor(ctx.actor, one))) return ctx;
  const actors: Record<ActsFor, () => Ctx> = {
    system: () => asSystem(ctx, 'test', ctx.tenantId),
    delegate: () => asDelegate(ctx, 'test', { ...person, tenantId: ctx.tenantId }),
    person: () => ({ ...ctx, actor: { kind: 'user', ...person, role: 'owner', isOperator: false } }),
    operator: () => ({ ...ctx, actor: { kind: 'user', ...person, role: 'owner', isOperator: true } }),
    apiKey: () => ({ ...ctx, actor: { kind: 'apiKey', apiKeyId: 'key', userId: person.userId } }),
    stranger: () => ({ ...ctx, actor: { kind: 'anonymous' } }),
  };
  for (const one of ['system', 'delegate', 'person', 'operator', 'apiKey', 'stranger'] as const)
    if (actsFor.includes(one)) return actors[one]();
  return ctx;
}
