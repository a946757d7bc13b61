import { and, eq, inArray } from 'drizzle-orm';
import type { AddressedRows } from '../../../declare/addressed-rows.ts';
import type { Ctx } from '../../../kernel/context.ts';
import { findIndex, openRows, sealChanges } from '../../../kernel/sealed-rows.ts';
import { caseCodes, caseSteps } from './step-tables.ts';
import { cases } from './tables.ts';

/** Requests from the open page, which were their own subject: the person's, once they hold the contact. */
export const addressedCases: AddressedRows = {
  place: 'privacy.cases',
  async claim(ctx, userId, addresses) {
    const indexes = await Promise.all(
      addresses.map(({ address }) => findIndex(ctx, cases, 'contact', address)),
    );
    const found = await ctx.db
      .select()
      .from(cases)
      .where(and(eq(cases.subjectId, cases.id), inArray(cases.contactIndex, indexes)))
      .for('update');
    for (const row of await openRows(ctx, cases, found)) {
      const { id, contact, name, relation, account, description } = row;
      const values = { contact, name, relation, account, description };
      const sealed = await sealChanges(ctx, cases, { id, subject: userId }, values);
      await ctx.db
        .update(cases)
        .set({ ...sealed, subjectId: userId })
        .where(eq(cases.id, id));
      await claimSteps(ctx, userId, id);
      await ctx.db.update(caseCodes).set({ subjectId: userId }).where(eq(caseCodes.caseId, id));
    }
    return found.map(({ id }) => id);
  },
  /** A law keeps them beyond the account, and the certificate says so. */
  count: () => Promise.resolve(0),
};

async function claimSteps(ctx: Ctx, userId: string, caseId: string): Promise<void> {
  const found = await ctx.db.select().from(caseSteps).where(eq(caseSteps.caseId, caseId)).for('update');
  for (const { id, text, note } of await openRows(ctx, caseSteps, found)) {
    const sealed = await sealChanges(ctx, caseSteps, { id, subject: userId }, { text, note });
    await ctx.db
      .update(caseSteps)
      .set({ ...sealed, subjectId: userId })
      .where(eq(caseSteps.id, id));
  }
}
