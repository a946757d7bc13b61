import { type Ctx, userOf } from '../../kernel/context.ts';
import { addressOf, type Attempt, isFull } from './attempts.ts';
import type { CodeUse, SendCode } from './codes.ts';
import { targetOf } from './contacts.ts';
import { knownDeviceOf } from './device.ts';
import type { Holder } from './holders.ts';
import { limits } from './limits.ts';

/** A code that a person asks for in their session, or in a browser they have logged in with before. */
export function isOwnRequest(ctx: Ctx, use: CodeUse, holder: Holder | undefined): boolean {
  return (
    use === 'confirm' || ((use === 'login' || use === 'recover') && knownDeviceOf(ctx, holder?.id) !== null)
  );
}

/** A person's own requests have a counter that no stranger can reach. */
export function ownLimit(ctx: Ctx, use: CodeUse, holder: Holder | undefined): Attempt {
  const requester =
    use === 'confirm' ? `user ${userOf(ctx)}` : `device ${knownDeviceOf(ctx, holder?.id)?.id}`;
  return [limits.codesToSelf, requester];
}

/** What all others may send. A full hour of one recipient leaves the first message of every address. */
export async function sendingLimits(ctx: Ctx, { contact, use }: SendCode): Promise<Attempt[]> {
  const target = targetOf(contact);
  const here = `${addressOf(ctx)} ${target}`;
  const tries: Attempt[] = [
    [contact.channel === 'sms' ? limits.smsFromAddress : limits.mailFromAddress, addressOf(ctx)],
    [limits.codesToTargetPerDay, target],
    [limits.codesToTargetFromAddress, here],
  ];
  if (await isFull(ctx, [limits.codesToTarget, target])) tries.push([limits.codesWhileFlooded, here]);
  if (use === 'bind') tries.push([limits.codesToBind, userOf(ctx)]);
  return tries;
}
