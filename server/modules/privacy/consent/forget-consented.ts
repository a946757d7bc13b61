import { and, desc, eq, ne, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Ctx } from '../../../kernel/context.ts';
import { inTransaction } from '../../../kernel/db.ts';
import { defineJob } from '../../../kernel/jobs.ts';
import { type ConsentPurpose, consentPurposes } from '../../../declare/policy.ts';
import { audit } from '../../audit/index.ts';
import { lockConsentsOf } from './record-event.ts';
import { consentEvents } from './tables.ts';

/**
 * Deletes what stood on nothing but a consent that was taken back (PIPL 47(1)(3)): rows of tables that no other purpose
 * but the person's own rights may read. What was done before stays lawful and done.
 */
export const forgetConsented = defineJob(
  'privacy.forget-consented',
  z.object({ purpose: z.enum(consentPurposes), subject: z.string() }),
  async (ctx, { purpose, subject }) => {
    await inTransaction(ctx, 'erasure', async (ctx) => {
      await lockConsentsOf(ctx, subject);
      // They may have agreed again before this job ran.
      if (await isGiven(ctx, purpose, subject)) return;
      let rows = 0;
      for (const { schema, name, subjectColumn } of tablesOnlyFor(ctx, purpose)) {
        const table = sql`${sql.identifier(schema)}.${sql.identifier(name)}`;
        const deleted = await ctx.db.execute(
          sql`delete from ${table} where ${sql.identifier(subjectColumn)} = ${subject}`,
        );
        rows += deleted.rowCount ?? 0;
      }
      if (rows > 0)
        await audit(ctx, 'privacy.consented_data_forgotten', {
          targetId: subject,
          subjectId: subject,
          details: { purpose, rows },
        });
    });
  },
);

/** Tables whose every personal column serves this purpose, the person's rights, and nothing else. */
export function tablesOnlyFor(ctx: Ctx, purpose: ConsentPurpose) {
  return ctx.product.registry.tables.flatMap(({ schema, name, columns, rule, subjectColumn }) => {
    const served = new Set(columns.flatMap(({ datum }) => datum?.purposes ?? []));
    const isOnlyFor = served.has(purpose) && [...served].every((one) => one === purpose || one === 'rights');
    return isOnlyFor && rule.rows === 'delete' && subjectColumn !== null
      ? [{ schema, name, subjectColumn }]
      : [];
  });
}

async function isGiven(ctx: Ctx, purpose: ConsentPurpose, subject: string): Promise<boolean> {
  const [newest] = await ctx.db
    .select({ kind: consentEvents.kind })
    .from(consentEvents)
    .where(
      and(
        eq(consentEvents.subjectId, subject),
        eq(consentEvents.purpose, purpose),
        ne(consentEvents.kind, 'noticed'),
      ),
    )
    .orderBy(desc(consentEvents.position))
    .limit(1);
  return newest?.kind === 'given';
}
