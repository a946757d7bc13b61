import { and, desc, eq, lt } from 'drizzle-orm';
import { type Ctx, userOf } from '../../../kernel/context.ts';
import { inTransaction } from '../../../kernel/db.ts';
import { page } from '../../../kernel/http.ts';
import { invalidInput, notFound } from '../../../kernel/problem.ts';
import { authorize } from '../../../declare/permissions.ts';
import { confirmIdentity, type Proof } from '../../identity/index.ts';
import { acceptVerified } from './accept-case.ts';
import { type Case, type CaseStep, lockCase, readSteps } from './case-store.ts';
import { type CaseKey, requireAccess } from './enter-case.ts';
import { caseState } from './problems.ts';
import { sendLetter } from './send-letter.ts';
import { isFinal } from './states.ts';
import { cases } from './tables.ts';
import { takeStep } from './take-step.ts';

export interface CaseFile {
  readonly row: Case;
  readonly steps: readonly CaseStep[];
}

/** How a person names a case of theirs: by its id when logged in, else by the secret link. */
export type OwnCase = { readonly caseId: string } | CaseKey;

/** My requests, newest first. The database itself limits the purpose `rights` to my rows. */
export async function listMyCases(ctx: Ctx, query: { limit: number; cursor?: string | undefined }) {
  authorize(ctx, 'privacy:follow-case');
  return inTransaction(ctx, 'rights', async (ctx) => {
    const rows = await ctx.db
      .select({
        id: cases.id,
        type: cases.type,
        role: cases.role,
        state: cases.state,
        outcome: cases.outcome,
        receivedAt: cases.receivedAt,
        dueOn: cases.dueOn,
        isProvisional: cases.isProvisional,
        closedAt: cases.closedAt,
      })
      .from(cases)
      .where(
        and(
          eq(cases.subjectId, userOf(ctx)),
          query.cursor === undefined ? undefined : lt(cases.id, query.cursor),
        ),
      )
      .orderBy(desc(cases.id))
      .limit(query.limit + 1);
    return page(rows, query.limit);
  });
}

/** One request with all its steps. @throws `kernel.not_found` for another person's as for a missing one. */
export async function readOwnCase(ctx: Ctx, own: OwnCase): Promise<CaseFile> {
  authorizeOwn(ctx, own);
  return inTransaction(ctx, 'casework', async (ctx) => fileOf(ctx, await lockOwn(ctx, own)));
}

/** Adds to a request; what the officer asked for goes on from here. @throws `privacy.case_state` when it is over. */
export async function answerCase(ctx: Ctx, own: OwnCase, text: string): Promise<CaseFile> {
  authorizeOwn(ctx, own);
  return inTransaction(ctx, 'casework', async (ctx) => {
    const row = await lockOwn(ctx, own);
    if (text === '') throw invalidInput({ issues: [{ path: 'body.text', message: 'must not be empty' }] });
    if (isFinal(row.state)) throw caseState({ state: row.state });
    const to = row.verifiedAt === null ? 'verifying' : 'in-progress';
    return fileOf(
      ctx,
      await takeStep(ctx, row, {
        kind: 'answered',
        by: 'person',
        text,
        ...(row.state === 'needs-info' ? { to } : {}),
      }),
    );
  });
}

/** Takes a request back. It can be made again at any time. */
export async function withdrawCase(ctx: Ctx, own: OwnCase): Promise<CaseFile> {
  authorizeOwn(ctx, own);
  return inTransaction(ctx, 'casework', async (ctx) => {
    const row = await lockOwn(ctx, own);
    const withdrawn = await takeStep(ctx, row, { kind: 'withdrawn', by: 'person', to: 'withdrawn' });
    return fileOf(ctx, await sendLetter(ctx, withdrawn, { kind: 'withdrawn' }));
  });
}

/** The step before what cannot be taken back, for a request filed without it. */
export async function confirmCase(
  ctx: Ctx,
  { caseId, proof }: { caseId: string; proof: Proof | undefined },
): Promise<CaseFile> {
  authorize(ctx, 'privacy:follow-case');
  const own = { caseId };
  const row = await inTransaction(ctx, 'casework', (ctx) => lockOwn(ctx, own));
  if (proof === undefined) throw invalidInput({ issues: [{ path: 'body.proof', message: 'is needed' }] });
  if (row.role !== 'self' || row.verifiedAt !== null || isFinal(row.state))
    throw caseState({ state: row.state });
  await confirmIdentity(ctx, proof);
  return inTransaction(ctx, 'casework', async (ctx) =>
    fileOf(ctx, await acceptVerified(ctx, await lockOwn(ctx, own), 'step-up')),
  );
}

function authorizeOwn(ctx: Ctx, own: OwnCase): void {
  authorize(ctx, 'caseId' in own ? 'privacy:follow-case' : 'privacy:file-case');
}

/** Locked, so that no officer decides a case while its person writes; another person's case is not there. */
async function lockOwn(ctx: Ctx, own: OwnCase): Promise<Case> {
  if (!('caseId' in own)) return requireAccess(ctx, own);
  const row = await lockCase(ctx, own.caseId, eq(cases.subjectId, userOf(ctx)));
  if (row === undefined) throw notFound();
  return row;
}

async function fileOf(ctx: Ctx, row: Case): Promise<CaseFile> {
  return { row, steps: await readSteps(ctx, row.id) };
}
