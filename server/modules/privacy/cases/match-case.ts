import { type Ctx, userOf } from '../../../kernel/context.ts';
import { inTransaction } from '../../../kernel/db.ts';
import { notFound } from '../../../kernel/problem.ts';
import { authorize } from '../../../declare/permissions.ts';
import { findContactHolder, findNamedPerson, findPerson } from '../../identity/index.ts';
import { forgetCode } from './case-codes.ts';
import { type Case, type CaseStep, findCase } from './case-store.ts';
import { accountNotMatched, caseState, secondOfficerNeeded } from './problems.ts';
import { caseRoles } from './request-kinds.ts';
import { takeStep } from './take-step.ts';
import { requireVerified, work } from './work-cases.ts';

/**
 * Looks for the account a verified request is about, where the request itself has not led to one. No officer chooses
 * it: it is the holder of the contact that was proved by a code, or the account that a guardian, relative or
 * organisation named. Another officer then confirms by erasing.
 * @throws `privacy.account_not_matched`, `privacy.case_state`.
 */
export async function matchCase(ctx: Ctx, { caseId, note }: { caseId: string; note: string }): Promise<Case> {
  authorize(ctx, 'privacy:work-cases');
  const row = await inTransaction(ctx, 'casework', (ctx) => findCase(ctx, caseId));
  if (row === undefined) throw notFound();
  requireVerified(row);
  requireErasureAsked(row);
  const aboutId = await findCandidate(ctx, row);
  if (aboutId === null) throw accountNotMatched();
  return work(ctx, caseId, async (ctx, row) => {
    requireVerified(row);
    if (isProvedByHolder(row)) throw caseState({ state: row.state });
    // A code that is under way proves access to the account it was sent for, not to this one.
    await forgetCode(ctx, caseId, 'account');
    return takeStep(ctx, row, { kind: 'matched', by: 'officer', note, set: { aboutId } });
  });
}

/** @throws `privacy.case_state` for a request that asks for something else than deletion. */
export function requireErasureAsked(row: Case): void {
  if (row.type !== 'delete' && row.type !== 'cancel-account')
    throw caseState({ state: row.state, caseType: row.type });
}

/**
 * Whose account a verified request allows to erase. Checked anew at the moment of the erasure, because an address may
 * have changed hands since the match.
 * @throws `privacy.account_not_matched`, `privacy.second_officer_needed`.
 */
export async function provenSubject(ctx: Ctx, row: Case, steps: readonly CaseStep[]): Promise<string> {
  const { aboutId } = row;
  if (aboutId === null || (await findPerson(ctx, aboutId)) === null) throw accountNotMatched();
  if (isProvedByHolder(row)) return aboutId;
  if ((await findCandidate(ctx, row)) !== aboutId) throw accountNotMatched();
  const officers = steps.flatMap(({ kind, actorId }) =>
    (kind === 'accepted' || kind === 'matched') && actorId !== null ? [actorId] : [],
  );
  if (officers.length === 0 || officers.includes(userOf(ctx))) throw secondOfficerNeeded();
  return aboutId;
}

/** The holder has proved it: by logging in and the step-up, or with the code sent to a channel the account held. */
function isProvedByHolder({ aboutId, subjectId, verifiedBy, accountConfirmedAt }: Case): boolean {
  return (
    aboutId !== null && (accountConfirmedAt !== null || (aboutId === subjectId && verifiedBy === 'step-up'))
  );
}

/** The only account that a request whose holder has proved nothing may be about. An agent needs the holder's code. */
async function findCandidate(ctx: Ctx, row: Case): Promise<string | null> {
  switch (caseRoles[row.role].provenBy) {
    case 'contact': {
      const holder = await findContactHolder(ctx, { channel: row.channel, address: row.contact });
      return holder?.userId ?? null;
    }
    case 'officer':
      return row.account === null ? null : ((await findNamedPerson(ctx, row.account))?.userId ?? null);
    case 'account':
      return null;
  }
}
