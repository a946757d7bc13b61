import type { CivilDate } from '@candor/privacy-engine';
import { asStranger, type Ctx, now } from '../../../kernel/context.ts';
import { inTransaction } from '../../../kernel/db.ts';
import { authorize } from '../../../declare/permissions.ts';
import {
  addressOf,
  type Attempt,
  type Contact,
  isFull,
  noteAttempt,
  requireServedCountry,
  takeAttempt,
} from '../../identity/index.ts';
import { requireChannel } from '../../notifications/index.ts';
import { type CaseContent, insertCase } from './insert-case.ts';
import { caseLimits } from './limits.ts';
import { roleMayNotAsk } from './problems.ts';
import { mayAsk } from './request-kinds.ts';
import { sendContactCode } from './send-codes.ts';

export interface FileRequest extends CaseContent {
  readonly contact: Contact;
}

export interface FiledRequest {
  readonly reference: string;
  readonly receivedAt: Date;
  readonly dueOn: CivilDate;
  readonly isProvisional: boolean;
}

/**
 * Takes a request from anyone, with or without an account. Nothing is looked up here: answer, time and work are the
 * same whether or not the contact or the account is known. A code goes to the contact; until it is entered, no officer
 * works on the request.
 * @throws `privacy.role_may_not_ask`, `identity.too_many_attempts`, `notifications.no_text_messages` or `.no_mail`.
 */
export async function fileRequest(ctx: Ctx, { contact, ...content }: FileRequest): Promise<FiledRequest> {
  authorize(ctx, 'privacy:file-case');
  if (!mayAsk(content.role, content.type))
    throw roleMayNotAsk({ role: content.role, caseType: content.type });
  requireChannel(ctx, contact.channel);
  requireServedCountry(ctx, contact);
  const target = `${contact.channel}:${contact.address}`;
  const tries: Attempt[] = [
    [caseLimits.filingsFromAddress, addressOf(ctx)],
    [caseLimits.filingsForContactPerDay, target],
  ];
  const shared: Attempt = [caseLimits.filingsForContact, target];
  if (await isFull(ctx, shared)) tries.push([caseLimits.filingsWhileFlooded, `${addressOf(ctx)} ${target}`]);
  await takeAttempt(ctx, tries);
  await noteAttempt(ctx, shared);
  // A browser that happens to be logged in files like any other: the code shows who the requester is.
  const stranger = asStranger(ctx);
  return inTransaction(stranger, 'casework', async (ctx) => {
    const filing = { origin: 'open-page', contact, subjectId: null, receivedAt: now(ctx) } as const;
    const { id, receivedAt, dueOn, isProvisional } = await insertCase(ctx, content, filing);
    await sendContactCode.enqueue(ctx, { caseId: id });
    return { reference: id, receivedAt, dueOn, isProvisional };
  });
}
