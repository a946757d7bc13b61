import { eq } from 'drizzle-orm';
import { actorText, type Ctx, now, userOf } from '../../kernel/context.ts';
import { sealChanges, openRow } from '../../kernel/sealed-rows.ts';
import { authorize } from '../../declare/permissions.ts';
import { audit } from '../audit/index.ts';
import { findTenantOwner, hasOtherOperator, isAccountClosed } from '../identity/index.ts';
import { suspenseAccount } from './accounts.ts';
import { creditCash } from './credit-cash.ts';
import {
  secondOperatorNeeded,
  suspendedPaymentDecided,
  suspendedPaymentNotFound,
  tenantNotFound,
} from './problems.ts';
import { inSettlement } from './retry.ts';
import { suspendedPayments } from './schema.ts';
import { bookSuspense, type SuspendedPayment } from './suspend-payment.ts';
import {
  type AssignmentProof,
  canSuspenseBecome,
  type RefundReason,
  type SuspenseStatus,
} from './suspense-status.ts';

export interface RefundSuspendedPayment {
  readonly suspendedPaymentId: string;
  readonly reason: RefundReason;
  /** Number of the refund at the bank or the channel, where the operator has sent the money back. */
  readonly reference: string;
}

/** Books that the money went back to its payer. */
export async function refundSuspendedPayment(ctx: Ctx, input: RefundSuspendedPayment): Promise<void> {
  authorize(ctx, 'wallet:credit');
  await inSettlement(ctx, async (ctx) => {
    const payment = await lock(ctx, input.suspendedPaymentId, 'refunded');
    await bookSuspense(ctx, payment, 'refund');
    const sealed = await sealChanges(
      ctx,
      suspendedPayments,
      { id: payment.id, subject: payment.userId },
      { refundReference: input.reference },
    );
    await set(ctx, payment.id, { ...sealed, status: 'refunded', reason: input.reason, ...resolution(ctx) });
    await audit({ ...ctx, tenantId: null }, 'wallet.suspended_payment_refunded', {
      targetId: payment.id,
      subjectId: null,
      details: {
        reason: input.reason,
      },
    });
  });
}

export interface AssignSuspendedPayment {
  readonly suspendedPaymentId: string;
  readonly tenantId: string;
  readonly proof: AssignmentProof;
}

/**
 * Assigns the money to an account: at once where the installation has one operator, else when a second one approves.
 * @throws `wallet.tenant_not_found` also for a closed account.
 */
export async function assignSuspendedPayment(
  ctx: Ctx,
  { suspendedPaymentId, tenantId, proof }: AssignSuspendedPayment,
): Promise<{ status: SuspenseStatus }> {
  authorize(ctx, 'wallet:credit');
  const owner = await findTenantOwner(ctx, tenantId);
  if (owner === null) throw tenantNotFound();
  const status = (await hasOtherOperator(ctx, userOf(ctx))) ? 'proposed' : 'assigned';
  await inSettlement(ctx, async (ctx) => {
    const payment = await lock(ctx, suspendedPaymentId, status);
    if (status === 'assigned') return assign(ctx, payment, { tenantId, ...owner, reason: proof });
    await set(ctx, payment.id, { status, tenantId, reason: proof, proposedBy: actorText(ctx.actor) });
    await audit({ ...ctx, tenantId }, 'wallet.suspended_payment_proposed', {
      targetId: payment.id,
      subjectId: null,
      details: { proof },
    });
  });
  return { status };
}

/** Credits a proposed assignment. @throws `wallet.second_operator_needed` for the operator who proposed it. */
export async function approveAssignment(
  ctx: Ctx,
  { suspendedPaymentId }: { suspendedPaymentId: string },
): Promise<void> {
  authorize(ctx, 'wallet:credit');
  const tenantId = await proposedTenant(ctx, suspendedPaymentId);
  const owner = await findTenantOwner(ctx, tenantId);
  if (owner === null) throw tenantNotFound();
  await inSettlement(ctx, async (ctx) => {
    const payment = await lock(ctx, suspendedPaymentId, 'assigned', 'proposed');
    // It was declined and proposed for another account meanwhile: the operator has not seen that.
    if (payment.tenantId !== tenantId) throw suspendedPaymentDecided({ state: payment.status });
    if (payment.proposedBy === actorText(ctx.actor) || tenantId === ctx.tenantId)
      throw secondOperatorNeeded();
    await assign(ctx, payment, { tenantId, ...owner });
  });
}

/** Takes a proposed assignment back; the money waits again. The operator who proposed it may do so too. */
export async function declineAssignment(
  ctx: Ctx,
  { suspendedPaymentId }: { suspendedPaymentId: string },
): Promise<void> {
  authorize(ctx, 'wallet:credit');
  await inSettlement(ctx, async (ctx) => {
    const { id } = await lock(ctx, suspendedPaymentId, 'open');
    await set(ctx, id, { status: 'open', tenantId: null, reason: null, proposedBy: null });
    await audit({ ...ctx, tenantId: null }, 'wallet.suspended_payment_declined', {
      targetId: id,
      subjectId: null,
    });
  });
}

/** From now on the row is about the owner of the account, and sealed under their key. */
async function assign(
  ctx: Ctx,
  payment: SuspendedPayment,
  { tenantId, userId, ...changes }: { tenantId: string; userId: string; reason?: AssignmentProof },
): Promise<void> {
  if (await isAccountClosed(ctx, tenantId)) throw tenantNotFound();
  await creditCash(ctx, {
    id: `${payment.id}:assigned`,
    tenantId,
    amountMicros: payment.amountMicros,
    from: suspenseAccount(payment.channel),
    refType: 'suspended_payment',
  });
  const { tradeNumber } = payment;
  const sealed = await sealChanges(
    ctx,
    suspendedPayments,
    { id: payment.id, subject: userId },
    { tradeNumber },
  );
  await set(ctx, payment.id, {
    ...sealed,
    ...changes,
    tenantId,
    userId,
    status: 'assigned',
    ...resolution(ctx),
  });
  await audit({ ...ctx, tenantId }, 'wallet.suspended_payment_assigned', {
    targetId: payment.id,
    subjectId: null,
  });
}

async function proposedTenant(ctx: Ctx, id: string): Promise<string> {
  const { tenantId, status } = await inSettlement(ctx, (ctx) => lock(ctx, id, 'assigned', 'proposed'));
  if (tenantId === null) throw suspendedPaymentDecided({ state: status });
  return tenantId;
}

async function lock(ctx: Ctx, id: string, next: SuspenseStatus, only?: SuspenseStatus) {
  const [row] = await ctx.db
    .select()
    .from(suspendedPayments)
    .where(eq(suspendedPayments.id, id))
    .for('update');
  const payment = await openRow(ctx, suspendedPayments, row);
  if (payment === undefined) throw suspendedPaymentNotFound();
  if (!canSuspenseBecome(payment.status, next) || (only !== undefined && payment.status !== only))
    throw suspendedPaymentDecided({ state: payment.status });
  return payment;
}

function resolution(ctx: Ctx) {
  return { resolvedBy: actorText(ctx.actor), resolvedAt: now(ctx) };
}

async function set(
  ctx: Ctx,
  id: string,
  changes: Partial<typeof suspendedPayments.$inferInsert>,
): Promise<void> {
  await ctx.db.update(suspendedPayments).set(changes).where(eq(suspendedPayments.id, id));
}
