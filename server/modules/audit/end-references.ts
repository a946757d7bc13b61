import { eq } from 'drizzle-orm';
import type { Ctx } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { authorize } from '../../declare/permissions.ts';
import { endWithProof } from './ended-references.ts';
import { auditEntries } from './schema.ts';

/**
 * Lets entries forget what they are about: act and instant stay, and the log still verifies. For what is its own
 * subject, as an erasure is; the entries of persons are in the plan of their erasure.
 */
export async function endReferences(ctx: Ctx, subjectId: string): Promise<void> {
  authorize(ctx, 'audit:end-references');
  await inTransaction(ctx, 'erasure', async (ctx) => {
    await endWithProof(ctx, subjectId, () =>
      ctx.db
        .update(auditEntries)
        .set({ tenantId: null, targetId: null, subjectId: null, requestId: null, aboutSalt: null })
        .where(eq(auditEntries.subjectId, subjectId)),
    );
  });
}
