import { asDelegate, type Ctx } from '../../kernel/context.ts';
import { notFound } from '../../kernel/problem.ts';
import { authorize } from '../../declare/permissions.ts';
import { type InForce, withdrawConsent } from '../privacy/index.ts';
import { readUnsubscribeToken } from './unsubscribe-token.ts';

/**
 * One click in a mail: the reader's consent to news is taken back (POOL-use-3, RFC 8058). The token stands for the
 * person, for this one thing.
 * @throws `kernel.not_found` for a token we did not make.
 */
export async function unsubscribe(ctx: Ctx, inForce: InForce, token: string): Promise<void> {
  authorize(ctx, 'announcements:unsubscribe');
  const userId = readUnsubscribeToken(ctx, token);
  if (userId === null) throw notFound();
  const person = asDelegate(ctx, 'unsubscribe-link', { userId, tenantId: null });
  await withdrawConsent(person, inForce, 'marketing', 'unsubscribe');
}
