import { civilDateInShanghai } from '@candor/privacy-engine';
import type { Ctx } from '../../../kernel/context.ts';
import { sendMessage } from '../../notifications/index.ts';
import type { Case } from './case-store.ts';
import { isErased } from './is-erased.ts';
import { type Letter, type LetterHead, writeLetter } from './letters.ts';
import { takeStep } from './take-step.ts';
import * as messages from '../messages.ts';

/** Writes a letter into the case, where it stays, and sends it. Joins the caller's transaction. */
export async function sendLetter(
  ctx: Ctx,
  row: Case,
  letter: Letter,
  by: 'officer' | 'system' = 'system',
): Promise<Case> {
  const text = writeLetter(headOf(row), letter, row.language);
  const after = await takeStep(ctx, row, { kind: 'letter', by, letterKind: letter.kind, text });
  await sendMessage(ctx, {
    channel: row.channel,
    to: row.contact,
    userId: await receiverOf(ctx, row),
    // A text message is read by the holder of the phone, and is short: it only says that there is a letter.
    message: row.channel === 'mail' ? messages.caseLetter({ text }) : messages.caseNotice({ caseId: row.id }),
    language: row.language === 'zh' ? 'zh-CN' : 'en',
  });
  return after;
}

function headOf({ id: caseId, type, receivedAt, dueOn, isProvisional }: Case): LetterHead {
  return { caseId, type, receivedOn: civilDateInShanghai(receivedAt), dueOn, isProvisional };
}

/** The person the message is about: null without an account, and when the account is erased meanwhile. */
async function receiverOf(ctx: Ctx, { id, subjectId }: Case): Promise<string | null> {
  return subjectId === id || (await isErased(ctx, subjectId)) ? null : subjectId;
}
