import { type Ctx, now } from '../../../kernel/context.ts';
import { inTransaction } from '../../../kernel/db.ts';
import { authorize } from '../../../declare/permissions.ts';
import { audit } from '../../audit/index.ts';
import type { Installation } from './installation.ts';
import { installation } from './tables.ts';

/** Says who runs this installation. The caller publishes the policy that names it. */
export async function changeInstallation(ctx: Ctx, facts: Installation): Promise<void> {
  authorize(ctx, 'privacy:manage-installation');
  await inTransaction(ctx, 'operations', async (ctx) => {
    const values = { facts, updatedAt: now(ctx) };
    await ctx.db
      .insert(installation)
      .values({ id: 'this', ...values })
      .onConflictDoUpdate({ target: installation.id, set: values });
    await audit(ctx, 'privacy.installation_changed', { targetId: 'installation', subjectId: null });
  });
}
