import { z } from 'zod';
import { type Ctx, now } from '../../../kernel/context.ts';
import { inTransaction } from '../../../kernel/db.ts';
import { defineJob } from '../../../kernel/jobs.ts';
import { authorize } from '../../../declare/permissions.ts';
import { audit } from '../../audit/index.ts';
import {
  addressOf,
  type Contact,
  findNamedPerson,
  isWithin,
  takeAttempt,
  takeSmsToStranger,
} from '../../identity/index.ts';
import { sendMessage } from '../../notifications/index.ts';
import { acceptVerified } from './accept-case.ts';
import { makeCode } from './case-codes.ts';
import { type Case, findCase, lockCase } from './case-store.ts';
import { isErased } from './is-erased.ts';
import { caseLimits, codeLifetimeMs } from './limits.ts';
import { caseRoles } from './request-kinds.ts';
import { isFinal } from './states.ts';
import { changeCase, takeStep } from './take-step.ts';
import * as messages from '../messages.ts';

const payload = z.object({ caseId: z.string() });

/**
 * Sends the code that opens a request to the contact it was filed with. In a job, so that the requester learns
 * nothing: for a reference that does not exist the same job runs and does nothing.
 */
export const sendContactCode = defineJob('privacy.send-contact-code', payload, async (ctx, { caseId }) => {
  const row = await inTransaction(ctx, 'casework', (ctx) => findForCode(ctx, caseId));
  if (row === null) return;
  const contact = { channel: row.channel, address: row.contact };
  const target = `${row.channel}:${row.contact}`;
  // Several requests may name one contact: each has a code of its own, and the messages wait for each other.
  if (!(await isWithin(() => takeAttempt(ctx, [[caseLimits.codeSpacing, target]])))) {
    const runAt = new Date(now(ctx).getTime() + caseLimits.codeSpacing.windowMs);
    await inTransaction(ctx, 'casework', (ctx) => sendContactCode.enqueue(ctx, { caseId }, { runAt }));
    return;
  }
  if (!(await isWithin(() => takeAttempt(ctx, [[caseLimits.codesToContact, target]])))) return;
  if (!(await isWithin(() => takeSmsToStranger(ctx, contact)))) return;
  await inTransaction(ctx, 'casework', async (ctx) => {
    await sendMessage(ctx, {
      channel: row.channel,
      to: row.contact,
      userId: null,
      message: messages.caseCode({
        code: await makeCode(ctx, row, 'contact'),
        minutes: codeLifetimeMs / 60_000,
        caseId,
      }),
      language: languageOf(row),
    });
  });
});

/**
 * A request that is followed by a code: one of the open page, and one of an account that is erased, whose person has no
 * session left to read the answer with.
 */
async function findForCode(ctx: Ctx, caseId: string): Promise<Case | null> {
  const row = await findCase(ctx, caseId);
  if (row === undefined) return null;
  return row.origin === 'open-page' || (await isErased(ctx, row.subjectId)) ? row : null;
}

/** Asks for another code. The answer is the same for a reference that does not exist. */
export async function resendContactCode(ctx: Ctx, reference: string): Promise<void> {
  authorize(ctx, 'privacy:file-case');
  await takeAttempt(ctx, [
    [caseLimits.codesForCase, reference],
    [caseLimits.triesFromAddress, addressOf(ctx)],
  ]);
  await inTransaction(ctx, 'casework', (ctx) => sendContactCode.enqueue(ctx, { caseId: reference }));
}

/**
 * Looks up the account that a confirmed request names, and sends a code to a channel that account already holds. It
 * runs after the answer, because who confirmed some contact still has no right to know whether an account exists.
 */
export const matchAccount = defineJob('privacy.match-account', payload, async (ctx, { caseId }) => {
  const waiting = await inTransaction(ctx, 'casework', (ctx) => findCase(ctx, caseId));
  if (waiting === undefined || waiting.account === null || isFinal(waiting.state)) return;
  const person = await findNamedPerson(ctx, waiting.account);
  if (
    person === null ||
    !(await isWithin(() => takeAttempt(ctx, [[caseLimits.codesToAccount, person.userId]])))
  )
    return;
  await inTransaction(ctx, 'casework', async (ctx) => {
    const row = await lockCase(ctx, caseId);
    // Once per case, however often the job runs; an officer may have matched it meanwhile.
    if (row === undefined || row.aboutId !== null || isFinal(row.state)) return;
    const known = await changeCase(ctx, row, { aboutId: person.userId });
    await audit(ctx, 'privacy.case_account_matched', { targetId: caseId, subjectId: row.subjectId });
    // A guardian or relative has no access to the account; what entitles them is for the officer to see.
    if (caseRoles[row.role].provenBy === 'officer' || person.contact === null) return;
    if (row.role === 'self' && isSameContact(row, person.contact)) {
      await confirmAccountOf(ctx, known);
      return;
    }
    await sendMessage(ctx, {
      channel: person.contact.channel,
      to: person.contact.address,
      userId: person.userId,
      message: messages.caseAccountCode({
        code: await makeCode(ctx, known, 'account'),
        minutes: codeLifetimeMs / 60_000,
        caseId,
      }),
      language: person.language,
    });
  });
});

/** The account is theirs, or its holder has authorised them. Joins the caller's transaction. */
export async function confirmAccountOf(ctx: Ctx, row: Case): Promise<Case> {
  const confirmed = await takeStep(ctx, row, {
    kind: 'account-confirmed',
    by: 'person',
    set: { accountConfirmedAt: now(ctx) },
  });
  return confirmed.verifiedAt === null ? acceptVerified(ctx, confirmed, 'account') : confirmed;
}

function isSameContact({ channel, contact }: Case, held: Contact): boolean {
  return channel === held.channel && contact === held.address;
}

function languageOf({ language }: Case): 'zh-CN' | 'en' {
  return language === 'zh' ? 'zh-CN' : 'en';
}
