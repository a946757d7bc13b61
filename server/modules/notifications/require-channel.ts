import type { Ctx } from '../../kernel/context.ts';
import { noMail, noTextMessages } from './problems.ts';

type Kind = 'sms' | 'mail';

/** Whether a message of this kind gets to its receiver, instead of staying in the outbox for ever. */
export function canReach(ctx: Pick<Ctx, 'channels' | 'rules'>, kind: Kind): boolean {
  return ctx.rules.showsUnsentMessages || ctx.channels?.[kind] !== undefined;
}

/**
 * The first line of what depends on a message that arrives.
 * @throws `notifications.no_text_messages` or `notifications.no_mail`, naming the field with the number or address.
 */
export function requireChannel(ctx: Pick<Ctx, 'channels' | 'rules'>, kind: Kind): void {
  if (canReach(ctx, kind)) return;
  const missing = kind === 'sms' ? noTextMessages : noMail;
  const path = kind === 'sms' ? 'body.phone' : 'body.email';
  throw missing({ issues: [{ path, message: missing.title }] });
}
