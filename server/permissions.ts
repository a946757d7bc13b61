import type { Actor, Ctx } from './kernel/context.ts';
import { forbidden, unauthenticated } from './kernel/problem.ts';

type Who = 'anyone' | 'person' | 'owner' | 'operator' | 'system' | 'apiKey';

/** Who may do what: the table `authorize` reads. `person` is any logged-in user, `owner` the one who owns the account. */
const permissions = {
  'identity:register': ['anyone'],
  'identity:login': ['anyone'],
  'identity:logout': ['anyone'],
  'identity:recover': ['anyone'],
  'identity:send-code': ['anyone'],
  'identity:confirm': ['person'],
  'identity:close-access': ['system'],
  'identity:read-self': ['person'],
  'identity:change-self': ['person'],
  'identity:manage-sessions': ['person'],
  'identity:manage-keys': ['person'],
  'identity:create-operator': ['system'],
  'identity:list-tenants': ['operator'],
  'identity:appoint-operator': ['operator'],
  'vault:rotate': ['system'],
  'vault:manage': ['operator'],
  'notifications:read-outbox': ['operator'],
  'audit:read': ['person'],
  'audit:keep-log': ['system'],
  'audit:end-references': ['system'],
  'audit:sign-log': ['system', 'operator'],
  'audit:read-log': ['anyone'],
  'audit:admit-auditor': ['operator'],
  'audit:list-log': ['operator'],
  'catalog:read': ['anyone'],
  'catalog:manage': ['operator', 'system'],
  'wallet:read': ['person'],
  'wallet:top-up': ['owner'],
  'wallet:settle-top-up': ['anyone', 'system'],
  'wallet:credit': ['operator'],
  'wallet:post': ['system'],
  'wallet:check': ['operator', 'system'],
  'billing:read': ['person'],
  'billing:settle': ['operator', 'system'],
  'billing:record': ['system'],
  'gateway:call': ['apiKey', 'person'],
  'gateway:manage-upstreams': ['operator', 'system'],
  'privacy:read-self': ['person'],
  'privacy:erase-self': ['person'],
  'privacy:follow-erasure': ['anyone'],
  'privacy:run-erasure': ['system'],
  'privacy:accept-restored': ['system'],
  'privacy:manage-erasures': ['operator'],
  'privacy:sweep': ['system'],
  'privacy:read-retention': ['operator'],
  'privacy:export-self': ['person'],
  'privacy:write-export': ['system'],
  'privacy:restrict-self': ['person'],
  'privacy:correct-self': ['person'],
  'privacy:publish-policy': ['system'],
  'privacy:read-policies': ['anyone'],
  'privacy:accept-policy': ['person'],
  'privacy:manage-installation': ['operator'],
  'privacy:decide-consent': ['person'],
  'privacy:unlink-consents': ['system'],
  'privacy:verify-document': ['anyone'],
  'announcements:write': ['operator'],
  'announcements:send': ['system'],
  'announcements:unsubscribe': ['anyone'],
  'billing:read-statistics': ['operator'],
  'billing:freeze-statistics': ['system'],
  'privacy:file-case': ['anyone'],
  'privacy:follow-case': ['person'],
  'privacy:work-cases': ['operator'],
  'privacy:watch-cases': ['system'],
  'privacy:watch-integrity': ['operator'],
} as const satisfies Record<string, readonly Who[]>;

export type Permission = keyof typeof permissions;

/**
 * The first line of every verb.
 * @throws `kernel.unauthenticated` when logging in would help, `kernel.forbidden` when it would not.
 */
export function authorize(ctx: Ctx, permission: Permission): void {
  const allowed: readonly Who[] = permissions[permission];
  if (allowed.some((who) => is(ctx.actor, who))) return;
  throw ctx.actor.kind === 'anonymous' ? unauthenticated() : forbidden({ permission });
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
      return actor.kind === 'apiKey';
  }
}
