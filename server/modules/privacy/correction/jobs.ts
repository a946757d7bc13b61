import type { z } from 'zod';
import { asDelegate, type Ctx, now } from '../../../kernel/context.ts';
import { inTransaction } from '../../../kernel/db.ts';
import { newId } from '../../../kernel/id.ts';
import { subscribe } from '../../../kernel/events.ts';
import { audit } from '../../audit/index.ts';
import { selfCorrected } from '../../identity/index.ts';
import { correctionNotices } from './tables.ts';

type MadeCorrection = z.output<typeof selfCorrected.payload>;

export const passOnCorrection = subscribe(selfCorrected, 'privacy.correction-made', passOn);

/** Notifies every recipient of an old value that it was corrected, once each, and writes that down for the person. */
async function passOn(ctx: Ctx, made: MadeCorrection): Promise<void> {
  const person = asDelegate(ctx, 'correction', { userId: made.subjectId, tenantId: ctx.tenantId });
  for (const { place, recipient } of receivedFrom(ctx, made)) {
    const hook = ctx.product.recipientHooks.find(recipient);
    const { correctionId, row: rowId } = made;
    // Telling twice is harmless, telling never is not: so first tell, then write it down.
    await hook?.tell(person, { correctionId, place, rowId });
    await inTransaction(person, 'rights', async (ctx) => {
      const outcome = hook === undefined ? ('recorded' as const) : ('told' as const);
      const notice = {
        id: newId('corrnote'),
        tenantId: null,
        userId: made.subjectId,
        correctionId,
        place,
        rowId,
        recipient,
        outcome,
        createdAt: now(ctx),
      };
      const written = await ctx.db
        .insert(correctionNotices)
        .values(notice)
        .onConflictDoNothing()
        .returning({ id: correctionNotices.id });
      if (written.length > 0)
        await audit(ctx, 'privacy.correction_passed_on', {
          targetId: correctionId,
          subjectId: made.subjectId,
          details: {
            place,
            recipient,
            outcome,
          },
        });
    });
  }
}

/** Recipients of the corrected columns, as declared. */
function receivedFrom(ctx: Ctx, { table, columns }: MadeCorrection): { place: string; recipient: string }[] {
  const entry = ctx.product.registry.tables.find(({ schema, name }) => `${schema}.${name}` === table);
  return (entry?.columns ?? [])
    .filter(({ name }) => columns.includes(name))
    .flatMap(({ name, datum }) =>
      (datum?.to ?? []).map((recipient) => ({ place: `${table}.${name}`, recipient })),
    );
}
