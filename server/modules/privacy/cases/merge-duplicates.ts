import { and, asc, eq, inArray, isNotNull, isNull, ne, or } from 'drizzle-orm';
import type { Ctx } from '../../../kernel/context.ts';
import { lockName } from '../../../kernel/db.ts';
import { type Case, lockIdleCase } from './case-store.ts';
import { sendLetter } from './send-letter.ts';
import { openStates } from './states.ts';
import { cases } from './tables.ts';
import { takeStep } from './take-step.ts';

/**
 * Joins a request with an earlier one of the same person about the same, if both are verified: before that, "we have
 * this already" would tell a stranger what was requested. What was written goes along, and the earlier receipt counts.
 */
export async function mergeDuplicates(ctx: Ctx, row: Case): Promise<Case> {
  // Two complaints may be about two things.
  if (row.type === 'complaint' || row.verifiedAt === null) return row;
  await lockName(ctx, `privacy.cases ${row.type}`);
  const [found] = await ctx.db
    .select({ id: cases.id })
    .from(cases)
    .where(
      and(
        ne(cases.id, row.id),
        eq(cases.type, row.type),
        eq(cases.role, row.role),
        isNotNull(cases.verifiedAt),
        inArray(cases.state, openStates),
        isSamePerson(row),
      ),
    )
    .orderBy(asc(cases.receivedAt), asc(cases.id))
    .limit(1);
  const earlier = found === undefined ? undefined : await lockIdleCase(ctx, found.id);
  if (earlier === undefined) return row;
  await takeStep(ctx, earlier, {
    kind: 'joined',
    by: 'person',
    code: row.id,
    text: row.description,
    set: row.receivedAt < earlier.receivedAt ? { receivedAt: row.receivedAt } : {},
  });
  const merged = await takeStep(ctx, row, {
    kind: 'merged',
    by: 'system',
    to: 'merged',
    code: earlier.id,
    set: { mergedInto: earlier.id },
  });
  return sendLetter(ctx, merged, { kind: 'merged', into: earlier.id });
}

/** The same account, or the same proven contact about the same named account. */
function isSamePerson(row: Case) {
  const person = provenPerson(row);
  const sameContact = and(
    eq(cases.contactIndex, row.contactIndex),
    row.accountIndex === null ? isNull(cases.accountIndex) : eq(cases.accountIndex, row.accountIndex),
  );
  if (person === null) return sameContact;
  const sameAccount = or(
    eq(cases.subjectId, person),
    and(eq(cases.aboutId, person), isNotNull(cases.accountConfirmedAt)),
  );
  return or(sameAccount, sameContact);
}

function provenPerson(row: Case): string | null {
  if (row.subjectId !== row.id) return row.subjectId;
  return row.accountConfirmedAt === null ? null : row.aboutId;
}
