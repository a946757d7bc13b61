import { chineseCalendar, type Plain, type WorkingCalendar } from '@candor/privacy-engine';
import { eq } from 'drizzle-orm';
import { type Ctx, now } from '../../../kernel/context.ts';
import { newId } from '../../../kernel/id.ts';
import { sealChanges, sealRow } from '../../../kernel/sealed-rows.ts';
import { audit } from '../../audit/index.ts';
import { caseDeadline } from './case-clocks.ts';
import { type Case, readQuestions } from './case-store.ts';
import { caseState } from './problems.ts';
import { canBecome, type CaseState, isFinal } from './states.ts';
import { stepActions } from './step-actions.ts';
import { caseSteps, type stepKinds } from './step-tables.ts';
import { cases } from './tables.ts';

export interface Step {
  readonly kind: (typeof stepKinds)[number];
  readonly by: 'person' | 'officer' | 'system';
  readonly to?: CaseState;
  /** A ground, a way of verifying, another case: never a value of a person. */
  readonly code?: string;
  /** What the person reads. */
  readonly text?: string;
  /** What only officers read. */
  readonly note?: string | undefined;
  readonly letterKind?: (typeof caseSteps.$inferSelect)['letterKind'];
  readonly set?: Partial<Plain<typeof cases.$inferInsert>>;
}

/**
 * Takes a case one step further: checks that the step may follow, changes the row, recounts its term, writes the line
 * that cannot be changed, and the audit entry. Joins the caller's transaction, in which the case is locked.
 * @throws `privacy.case_state` when the step may not follow.
 */
export async function takeStep(ctx: Ctx, row: Case, step: Step): Promise<Case> {
  const { to } = step;
  if (to !== undefined && !canBecome(row.state, to)) throw caseState({ state: row.state });
  const at = now(ctx);
  const changes = {
    ...step.set,
    ...(to === undefined ? {} : { state: to }),
    ...(to !== undefined && isFinal(to) ? { closedAt: at } : {}),
  };
  const line = await sealRow(ctx, caseSteps, {
    id: newId('step'),
    caseId: row.id,
    subjectId: row.subjectId,
    kind: step.kind,
    by: step.by,
    actorId: step.by === 'officer' && ctx.actor.kind === 'user' ? ctx.actor.userId : null,
    toState: to ?? null,
    letterKind: step.letterKind ?? null,
    code: step.code ?? null,
    text: step.text ?? null,
    note: step.note ?? null,
    createdAt: at,
  });
  await ctx.db.insert(caseSteps).values(line);
  const after = await changeCase(ctx, row, changes);
  await audit(ctx, stepActions[step.kind], {
    targetId: row.id,
    subjectId: row.subjectId,
    details: {
      ...(to === undefined ? {} : { state: to }),
      ...(step.code === undefined ? {} : { code: step.code }),
    },
  });
  return after;
}

/** Writes changes of the row and counts its term again, which may depend on them. */
export async function changeCase(
  ctx: Ctx,
  row: Case,
  changes: Partial<Plain<typeof cases.$inferInsert>>,
  calendar: WorkingCalendar = chineseCalendar,
): Promise<Case> {
  const changed = { ...row, ...changes };
  const questions = await readQuestions(ctx, row.id);
  const { due: dueOn, isProvisional } = caseDeadline({ ...changed, questions }, calendar);
  const isSame = isFinal(changed.state) || (row.dueOn === dueOn && row.isProvisional === isProvisional);
  const all = isSame ? changes : { ...changes, dueOn, isProvisional };
  if (Object.keys(all).length > 0) {
    const sealed = await sealChanges(ctx, cases, { id: row.id, subject: row.subjectId }, all);
    await ctx.db.update(cases).set(sealed).where(eq(cases.id, row.id));
  }
  return { ...changed, ...all };
}
