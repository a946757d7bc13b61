import { eq } from 'drizzle-orm';
import { hashPromise } from '@candor/privacy-engine';
import { asSystem, type Ctx, now, userOf } from '../../../kernel/context.ts';
import { inTransaction, lockName } from '../../../kernel/db.ts';
import { newId, newTimelessId } from '../../../kernel/id.ts';
import { authorize } from '../../../declare/permissions.ts';
import { audit } from '../../audit/index.ts';
import { confirmIdentity, type Proof } from '../../identity/index.ts';
import { hashReference, newReference, sealReference } from './erasure-store.ts';
import { readFacts } from './preview-erasure.ts';
import { balanceNotAcknowledged, erasureBlocked, erasurePlanChanged, erasureRunning } from './problems.ts';
import { runErasure, runErasureJob } from './run-erasure.ts';
import type { ErasureState } from './states.ts';
import { erasures } from './tables.ts';

/** PIPL 47, FC-6.1.2: why a person may ask. No ground needs a proof, and none is refused. */
export const erasureGrounds = [
  'person-request',
  'purpose-achieved',
  'service-ended',
  'consent-withdrawn',
  'unlawful-processing',
  'breach-of-agreement',
  'no-longer-necessary',
  'account-cancelled',
] as const;

export interface ConfirmErasure {
  readonly proof: Proof;
  readonly promiseHash: string;
  readonly ground: (typeof erasureGrounds)[number];
  /** The money that is given up, exactly as it was shown. */
  readonly acknowledgedBalanceMicros: bigint;
}

export interface ConfirmedErasure {
  readonly erasureId: string;
  /** Follows the erasure when no session is left. Shown once. */
  readonly reference: string;
  readonly state: ErasureState;
}

/**
 * Erases the person who asks and closes their account, at once (E-Commerce Law 24): when it returns, no door is open
 * any more. What is shown must be what happens, so the hash of the preview comes back.
 */
export async function confirmErasure(
  ctx: Ctx,
  input: ConfirmErasure,
  settings: { readonly backupDays: number },
): Promise<ConfirmedErasure> {
  authorize(ctx, 'privacy:erase-self');
  await confirmIdentity(ctx, input.proof);
  const { plan, blocks, balanceMicros, tenantId } = await readFacts(ctx, userOf(ctx));
  if (blocks.length > 0) throw erasureBlocked({ blocks });
  if (hashPromise(plan, now(ctx)) !== input.promiseHash) throw erasurePlanChanged();
  if (balanceMicros > 0n && balanceMicros !== input.acknowledgedBalanceMicros)
    throw balanceNotAcknowledged({ balanceMicros: Number(balanceMicros) });
  const reference = newReference();
  const erasureId = await startErasure(ctx, {
    subjectId: userOf(ctx),
    tenantId,
    origin: 'person',
    ground: input.ground,
    promiseHash: input.promiseHash,
    reference,
    ...settings,
  });
  return { erasureId, reference, state: await freezeNow(ctx, erasureId) };
}

export interface NewErasure {
  readonly subjectId: string;
  readonly tenantId: string | null;
  readonly origin: 'person' | 'case' | 'restored';
  readonly ground: string;
  readonly caseId?: string;
  readonly promiseHash: string;
  readonly reference: string;
  readonly closedAt?: Date;
  readonly backupDays: number;
}

/** Writes the erasure down and wakes who carries it out. @throws `privacy.erasure_running` */
export async function startErasure(ctx: Ctx, { reference, ...erasure }: NewErasure): Promise<string> {
  const id = newTimelessId('erase');
  await inTransaction(ctx, 'erasure', async (ctx) => {
    await lockName(ctx, `erasure:${erasure.subjectId}`);
    const [running] = await ctx.db
      .select({ id: erasures.id })
      .from(erasures)
      .where(eq(erasures.subjectId, erasure.subjectId));
    if (running !== undefined) throw erasureRunning();
    const secrets = {
      referenceHash: hashReference(reference),
      sealedReference: await sealReference(ctx, id, reference),
    };
    const at = { createdAt: now(ctx), updatedAt: now(ctx) };
    await ctx.db
      .insert(erasures)
      .values({ id, ...erasure, ...secrets, state: 'confirmed', evidence: {}, plansMade: 0, ...at });
    // What the log keeps for ever must not tie the person to the certificate: neither the actor nor the request.
    const system = { ...asSystem(ctx, 'erasure'), requestId: newId('req') };
    await audit(system, 'privacy.erasure_confirmed', { targetId: id, subjectId: id });
    await runErasureJob.enqueue(ctx, { erasureId: id }, { key: id });
  });
  return id;
}

/** The part that must have happened when the answer is given. Should it fail, the job does it. */
export async function freezeNow(ctx: Ctx, erasureId: string): Promise<ErasureState> {
  try {
    return await runErasure({ ...ctx, tenantId: null }, erasureId, 'frozen');
  } catch (error) {
    ctx.log.error({ err: error, erasureId }, 'an erasure could not be begun at once; its job does it');
    return 'confirmed';
  }
}
