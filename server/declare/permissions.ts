import type { Actor, Ctx } from '../kernel/context.ts';
import { forbidden, unauthenticated } from '../kernel/problem.ts';

/** `person` is any logged-in user, `owner` the one who owns the account, `delegate` the system for one person. */
export type Who = 'anyone' | 'person' | 'owner' | 'operator' | 'system' | 'apiKey' | 'delegate';

/** Who may do what: `<module>:<verb>`. */
export type PermissionTable = Readonly<Record<string, readonly Who[]>>;

/** Every module adds the names of its own table, so that `authorize` accepts no others. */
export interface Permissions {}

export type Permission = keyof Permissions;

/**
 * The first line of every verb.
 * @throws `kernel.unauthenticated` when logging in would help, `kernel.forbidden` when it would not.
 */
export function authorize(ctx: Ctx, permission: Permission): void {
  if (may(ctx, permission)) return;
  throw ctx.actor.kind === 'anonymous' ? unauthenticated() : forbidden({ permission });
}

/** For verbs that show more to those who may do more; what an actor may not call at all is for `authorize`. */
export function may(ctx: Ctx, permission: Permission): boolean {
  const allowed = ctx.product.permissions.get(permission) ?? [];
  return allowed.some((who) => is(ctx.actor, who));
}

function is(actor: Actor, who: Who): boolean {
  switch (who) {
    case 'anyone':
      return true;
    case 'person':
      return actor.kind === 'user';
    case 'owner':
      return actor.kind === 'user' && actor.role === 'owner';
    case 'operator':
      return actor.kind === 'user' && actor.isOperator;
    case 'system':
      return actor.kind === 'system';
    case 'apiKey':
    case 'delegate':
      return actor.kind === who;
  }
}
