import type { Ctx } from '../../../kernel/context.ts';
import { inTransaction } from '../../../kernel/db.ts';
import { notFound } from '../../../kernel/problem.ts';
import { authorize } from '../../../declare/permissions.ts';
import { acceptVerified } from './accept-case.ts';
import { type Case, lockCase } from './case-store.ts';
import { caseState, refusalNeedsGround, transferConditions } from './problems.ts';
import { groundsFor, mayRefuse, parseRefusalCode } from './refusal-grounds.ts';
import { sendLetter } from './send-letter.ts';
import { type CaseOutcome, isFinal } from './states.ts';
import { takeStep } from './take-step.ts';

/**
 * What an officer does with a case. Operators are the officers; every line of a case says which of them acted.
 */

/** Takes the identity or the entitlement for shown, on grounds the officer writes down. Starts the second clock. */
export async function acceptCase(ctx: Ctx, input: { caseId: string; basis: string }): Promise<Case> {
  return work(ctx, input.caseId, (ctx, row) => acceptVerified(ctx, row, 'officer', input.basis));
}

/** Asks the person for something. Only the clock from verification stands still meanwhile. */
export async function askPerson(ctx: Ctx, input: { caseId: string; text: string }): Promise<Case> {
  return work(ctx, input.caseId, async (ctx, row) => {
    const asked = await takeStep(ctx, row, { kind: 'asked', by: 'officer', to: 'needs-info' });
    return sendLetter(ctx, asked, { kind: 'needs-info', text: input.text }, 'officer');
  });
}

/** Grants the request; what follows is carrying it out. */
export async function decideCase(ctx: Ctx, input: { caseId: string; note: string }): Promise<Case> {
  return work(ctx, input.caseId, (ctx, row) => {
    requireVerified(row);
    return takeStep(ctx, row, { kind: 'decided', by: 'officer', to: 'in-progress', note: input.note });
  });
}

/**
 * Says no, with a ground the law knows for this kind of request; the letter names law, reason and remedies (PIPL 50).
 * @throws `privacy.refusal_needs_ground` with the grounds there are.
 */
export async function refuseCase(
  ctx: Ctx,
  input: { caseId: string; code?: string | undefined; explanation: string },
): Promise<Case> {
  return work(ctx, input.caseId, async (ctx, row) => {
    const code = parseRefusalCode(input.code ?? '');
    if (code === null || !mayRefuse(code, row.type))
      throw refusalNeedsGround({ grounds: groundsFor(row.type) });
    const set = { refusalCode: code };
    const refused = await takeStep(ctx, row, { kind: 'refused', by: 'officer', to: 'refused', code, set });
    return sendLetter(ctx, refused, { kind: 'refused', code, explanation: input.explanation }, 'officer');
  });
}

/** What must hold before data goes to another provider (NDSR 25, LAW-14); the identity is the case's own check. */
export interface TransferConditions {
  readonly isConsentOrContractData: boolean;
  readonly isTechnicallyFeasible: boolean;
  readonly isHarmlessToOthers: boolean;
}

export interface CloseCase {
  readonly caseId: string;
  readonly outcome: CaseOutcome;
  /** What was done, for each kind of data (CHIPL-8.2). It becomes the letter. */
  readonly results: string;
  readonly transfer?: TransferConditions | undefined;
}

/** Ends a case that was answered. @throws `privacy.case_state` while the identity is not shown. */
export async function closeCase(ctx: Ctx, input: CloseCase): Promise<Case> {
  const { caseId, outcome, results, transfer } = input;
  return work(ctx, caseId, async (ctx, row) => {
    requireVerified(row);
    if (row.type === 'port-to') requireTransferConditions(transfer);
    const set = { outcome };
    const closed = await takeStep(ctx, row, {
      kind: 'closed',
      by: 'officer',
      to: 'closed',
      code: outcome,
      set,
    });
    return sendLetter(ctx, closed, { kind: 'closed', outcome, results }, 'officer');
  });
}

/** Writes to the person without changing anything, also when the case is over. */
export async function writeToPerson(ctx: Ctx, input: { caseId: string; text: string }): Promise<Case> {
  return work(ctx, input.caseId, (ctx, row) =>
    sendLetter(ctx, row, { kind: 'message', text: input.text }, 'officer'),
  );
}

/** Writes down something for the next officer. */
export async function addNote(ctx: Ctx, input: { caseId: string; note: string }): Promise<Case> {
  return work(ctx, input.caseId, (ctx, row) =>
    takeStep(ctx, row, { kind: 'note', by: 'officer', note: input.note }),
  );
}

/** One step of an officer on a locked case. */
export async function work(
  ctx: Ctx,
  caseId: string,
  step: (ctx: Ctx, row: Case) => Promise<Case>,
): Promise<Case> {
  authorize(ctx, 'privacy:work-cases');
  return inTransaction(ctx, 'casework', async (ctx) => {
    const row = await lockCase(ctx, caseId);
    if (row === undefined) throw notFound();
    // Whatever an officer writes goes to the contact, and it is not yet proved to be theirs.
    if (row.contactConfirmedAt === null) throw caseState({ state: row.state });
    return step(ctx, row);
  });
}

/** No requester gets or changes data before their identity is shown (CHIPL-8.1.b). */
export function requireVerified(row: Case): void {
  if (row.verifiedAt === null || isFinal(row.state)) throw caseState({ state: row.state });
}

function requireTransferConditions(conditions: TransferConditions | undefined): void {
  const missing = (
    ['isConsentOrContractData', 'isTechnicallyFeasible', 'isHarmlessToOthers'] as const
  ).filter((condition) => conditions?.[condition] !== true);
  if (missing.length > 0) throw transferConditions({ missing });
}
