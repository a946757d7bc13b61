import { hashPromise } from '@candor/privacy-engine';
import { type Ctx, now } from '../../../kernel/context.ts';
import { inTransaction } from '../../../kernel/db.ts';
import { notFound } from '../../../kernel/problem.ts';
import { authorize } from '../../../declare/permissions.ts';
import {
  balanceNotAcknowledged,
  erasureBlocked,
  freezeNow,
  newReference,
  readFacts,
  startErasure,
} from '../erasure/index.ts';
import { type Case, findCase, readSteps } from './case-store.ts';
import { provenSubject, requireErasureAsked } from './match-case.ts';
import { sendLetter } from './send-letter.ts';
import { takeStep } from './take-step.ts';
import { requireVerified, work } from './work-cases.ts';

/** Grounds on which a person is erased because of a request (PIPL 47, 31; FC-6.1.2, FC-7.b). */
export const caseErasureGrounds = [
  'person-request',
  'guardian-request',
  'minor-without-consent',
  'relative-request',
  'purpose-achieved',
  'service-ended',
  'consent-withdrawn',
  'unlawful-processing',
  'breach-of-agreement',
] as const;

export interface EraseForCase {
  readonly caseId: string;
  readonly ground: (typeof caseErasureGrounds)[number];
  /** The money that is lost with the account, exactly. */
  readonly acknowledgedBalanceMicros: bigint;
}

/**
 * Erases the person a verified request is about: the requester, a child whose guardian asked (DRUN-8.c, FC-7.b), or a
 * person who has died. The case alone says which account that is; unless its holder has proved it, a second officer
 * confirms. When it returns every door of the account is shut, and the requester gets the reference that leads to the
 * certificate.
 * @throws `privacy.case_state`, `privacy.account_not_matched`, `privacy.second_officer_needed`, `privacy.erasure_blocked`, `privacy.balance_not_acknowledged`, `privacy.erasure_running`.
 */
export async function eraseForCase(
  ctx: Ctx,
  input: EraseForCase,
  settings: { readonly backupDays: number },
): Promise<Case> {
  authorize(ctx, 'privacy:work-cases');
  const { caseId, ground } = input;
  const { row, steps } = await inTransaction(ctx, 'casework', async (ctx) => {
    const row = await findCase(ctx, caseId);
    if (row === undefined) throw notFound();
    return { row, steps: await readSteps(ctx, caseId) };
  });
  requireVerified(row);
  requireErasureAsked(row);
  const subjectId = await provenSubject(ctx, row, steps);
  const { plan, blocks, balanceMicros, tenantId } = await readFacts(ctx, subjectId);
  if (blocks.length > 0) throw erasureBlocked({ blocks });
  if (balanceMicros > 0n && balanceMicros !== input.acknowledgedBalanceMicros)
    throw balanceNotAcknowledged({ balanceMicros: Number(balanceMicros) });
  const reference = newReference();
  const erasureId = await startErasure(ctx, {
    subjectId,
    tenantId,
    origin: 'case',
    ground,
    caseId,
    promiseHash: hashPromise(plan, now(ctx)),
    reference,
    backupDays: settings.backupDays,
  });
  await freezeNow(ctx, erasureId);
  return work(ctx, caseId, async (ctx, row) => {
    const started = await takeStep(ctx, row, {
      kind: 'erasure-started',
      by: 'officer',
      code: erasureId,
      ...(row.state === 'in-progress' ? {} : { to: 'in-progress' }),
    });
    return sendLetter(ctx, started, { kind: 'erasure-started', reference }, 'officer');
  });
}
