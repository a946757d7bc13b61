import { type Ctx, now, userOf } from '../../../kernel/context.ts';
import { inTransaction } from '../../../kernel/db.ts';
import { invalidInput } from '../../../kernel/problem.ts';
import { authorize } from '../../../declare/permissions.ts';
import { confirmIdentity, findPerson, type Proof, takeAttempt } from '../../identity/index.ts';
import { acceptVerified } from './accept-case.ts';
import type { Case } from './case-store.ts';
import { type CaseContent, insertCase } from './insert-case.ts';
import { caseLimits } from './limits.ts';
import { noContact, roleMayNotAsk } from './problems.ts';
import { caseTypes, mayAsk } from './request-kinds.ts';
import { sendLetter } from './send-letter.ts';
import { takeStep } from './take-step.ts';

export interface OpenCase extends CaseContent {
  /** A ticket that turns out to be a request under the law is counted from the ticket (POOL-con-1). */
  readonly ticketReceivedAt?: Date;
  /** The step before what cannot be taken back, for requests that give out or change data. */
  readonly proof?: Proof | undefined;
  /** Set by a caller that has just confirmed the identity itself. */
  readonly isConfirmed?: boolean;
}

/**
 * Opens a case for a logged-in person. Their session proves who they are; a request that gives out or changes data
 * also needs `proof`, now or later; a requester who acts for another person is checked by the officer.
 * @throws `privacy.role_may_not_ask`, `privacy.no_contact`, `identity.wrong_password`, `identity.wrong_code`.
 */
export async function openCase(ctx: Ctx, input: OpenCase): Promise<Case> {
  authorize(ctx, 'privacy:follow-case');
  const receivedAt = input.ticketReceivedAt ?? now(ctx);
  if (receivedAt > now(ctx))
    throw invalidInput({ issues: [{ path: 'ticketReceivedAt', message: 'is not over yet' }] });
  if (!mayAsk(input.role, input.type)) throw roleMayNotAsk({ role: input.role, caseType: input.type });
  const subjectId = userOf(ctx);
  await takeAttempt(ctx, [[caseLimits.filingsOfPerson, subjectId]]);
  const contact = (await findPerson(ctx, subjectId))?.contact ?? null;
  if (contact === null) throw noContact();
  if (input.proof !== undefined) await confirmIdentity(ctx, input.proof);
  return inTransaction(ctx, 'casework', async (ctx) => {
    const origin = input.ticketReceivedAt === undefined ? 'session' : 'ticket';
    const filed = await insertCase(ctx, input, { origin, contact, subjectId, receivedAt });
    const known = await takeStep(ctx, filed, {
      kind: 'contact-confirmed',
      by: 'system',
      code: 'session',
      to: 'verifying',
      set: { contactConfirmedAt: now(ctx) },
    });
    const told = await sendLetter(ctx, known, { kind: 'received' });
    const isConfirmed = input.proof !== undefined || input.isConfirmed === true;
    if (input.role !== 'self' || (caseTypes[input.type].givesOrChangesData && !isConfirmed)) return told;
    return acceptVerified(ctx, told, isConfirmed ? 'step-up' : 'session');
  });
}
