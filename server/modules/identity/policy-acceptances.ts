import { desc, eq } from 'drizzle-orm';
import { type Ctx, now, tenantOf, userOf } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { newId } from '../../kernel/id.ts';
import { authorize } from '../../declare/permissions.ts';
import { audit } from '../audit/index.ts';
import { policyAcceptances } from './schema.ts';

/** The very text a person agreed to: its name among people and the hash of all it says. */
export interface AcceptedPolicy {
  readonly version: string;
  readonly hash: string;
}

/** Writes down what was accepted. Joins the transaction of the caller. */
export async function recordAcceptance(
  ctx: Ctx,
  person: { readonly userId: string; readonly tenantId: string },
  { version, hash }: AcceptedPolicy,
): Promise<void> {
  await ctx.db.insert(policyAcceptances).values({
    id: newId('accept'),
    ...person,
    policyVersion: version,
    policyHash: hash,
    acceptedAt: now(ctx),
  });
}

/** Accepts a later version. The caller has made sure that it is the one in force. */
export async function acceptPolicy(ctx: Ctx, policy: AcceptedPolicy): Promise<void> {
  authorize(ctx, 'privacy:accept-policy');
  const person = { userId: userOf(ctx), tenantId: tenantOf(ctx) };
  await inTransaction(ctx, 'signin', async (ctx) => {
    await recordAcceptance(ctx, person, policy);
    await audit(ctx, 'identity.policy_accepted', {
      targetId: person.userId,
      subjectId: person.userId,
      details: {
        policyVersion: policy.version,
      },
    });
  });
}

/** Hashes of every policy a person accepted, newest first. */
export async function acceptedPolicyHashes(ctx: Ctx, userId: string): Promise<string[]> {
  const rows = await inTransaction(ctx, 'signin', (ctx) =>
    ctx.db
      .select({ hash: policyAcceptances.policyHash })
      .from(policyAcceptances)
      .where(eq(policyAcceptances.userId, userId))
      .orderBy(desc(policyAcceptances.id)),
  );
  return rows.map(({ hash }) => hash);
}
