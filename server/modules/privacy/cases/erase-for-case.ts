import type { Ctx } from '../../../kernel/context.ts';
import { inTransaction } from '../../../kernel/db.ts';
import { notFound, unavailable } from '../../../kernel/problem.ts';
import { authorize } from '../../../permissions.ts';
import { findPerson } from '../../identity/index.ts';
import { type Case, findCase } from './case-store.ts';
import { caseState } from './problems.ts';
import { takeStep } from './take-step.ts';
import { requireVerified, work } from './work-cases.ts';

/** Grounds on which somebody is erased because of a request (PIPL 47, 31; FC-6.1.2, FC-7.b). */
export const erasureGrounds = [
  'person-request',
  'guardian-request',
  'minor-without-consent',
  'relative-request',
  'unlawful-processing',
] as const;
export type ErasureGround = (typeof erasureGrounds)[number];

/** Starts erasing a person; @returns the id of the erasure. */
export type StartErasure = (
  ctx: Ctx,
  input: { readonly subjectId: string; readonly ground: ErasureGround; readonly caseId: string },
) => Promise<{ readonly erasureId: string }>;

let startErasure: StartErasure | null = null;

/** The erasure engine gives its door here, because it may not be imported from below. */
export function provideErasure(start: StartErasure): void {
  startErasure = start;
}

/**
 * Erases the person a verified request is about: who asked for themselves, a child whose guardian asked (DRUN-8.c,
 * FC-7.b), or somebody who has died. The officer names the account where the request alone does not.
 */
export async function eraseForCase(
  ctx: Ctx,
  input: { caseId: string; userId?: string | undefined; ground: ErasureGround },
): Promise<Case> {
  authorize(ctx, 'privacy:work-cases');
  const { caseId, ground } = input;
  const row = await inTransaction(ctx, 'casework', (ctx) => findCase(ctx, caseId));
  if (row === undefined) throw notFound();
  requireVerified(row);
  if (row.type !== 'delete' && row.type !== 'cancel-account')
    throw caseState({ state: row.state, type: row.type });
  const subjectId = input.userId ?? row.aboutId;
  if (subjectId === null || (await findPerson(ctx, subjectId)) === null) throw notFound();
  if (startErasure === null) throw unavailable();
  const { erasureId } = await startErasure(ctx, { subjectId, ground, caseId });
  return work(ctx, caseId, (ctx, row) =>
    takeStep(ctx, row, {
      kind: 'erasure-started',
      by: 'officer',
      code: erasureId,
      ...(row.state === 'in-progress' ? {} : { to: 'in-progress' }),
      set: { aboutId: subjectId },
    }),
  );
}
