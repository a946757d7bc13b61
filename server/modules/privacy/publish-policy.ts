import type { Registry } from '@candor/privacy';
import { eq } from 'drizzle-orm';
import { type Ctx, now } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { authorize } from '../../permissions.ts';
import { audit } from '../audit/index.ts';
import { keepNotices } from './consent/in-force.ts';
import { policyVersions } from './schema.ts';

/** The policy in force: its name, the hash of the declarations it was generated from, and since when. */
export interface PolicyVersion {
  readonly version: string;
  readonly registryHash: string;
  readonly effectiveAt: Date;
}

/** Name of the policy these declarations make. */
export function policyVersionOf(registry: Pick<Registry, 'hash'>): string {
  return `strict-${registry.hash.slice(0, 10)}`;
}

/**
 * Puts the declarations of this build in force: a hash that was never seen becomes a new version, effective now. The
 * version is derived from the hash, so text and database rules cannot drift apart.
 */
export async function publishPolicy(ctx: Ctx, registry: Registry): Promise<PolicyVersion> {
  authorize(ctx, 'privacy:publish-policy');
  const version = policyVersionOf(registry);
  return inTransaction(ctx, 'operations', async (ctx) => {
    await keepNotices(ctx, registry);
    const inserted = await ctx.db
      .insert(policyVersions)
      .values({ version, registryHash: registry.hash, effectiveAt: now(ctx) })
      .onConflictDoNothing()
      .returning();
    if (inserted[0] !== undefined) {
      await audit(ctx, 'privacy.policy_published', version);
      return inserted[0];
    }
    const [existing] = await ctx.db.select().from(policyVersions).where(eq(policyVersions.version, version));
    if (existing === undefined) throw new Error(`policy version ${version} vanished`);
    return existing;
  });
}
