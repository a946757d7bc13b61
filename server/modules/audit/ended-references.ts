import { and, eq, inArray, isNull, or } from 'drizzle-orm';
import type { Ctx } from '../../kernel/context.ts';
import { actorRefOf, aboutRefOf, isFromBeforeDigests } from './references.ts';
import { auditEntries, endedReferences } from './schema.ts';

type StoredEntry = typeof auditEntries.$inferSelect;

/** The two groups of references of an entry. Each ends for itself, because actor and subject may be two persons. */
const parts = ['actor', 'about'] as const;
export type ReferencePart = (typeof parts)[number];

const rowsPerStatement = 5_000;

/**
 * Runs what lets entries forget a person, and vouches in the same transaction for exactly those it made forget. The
 * proof is keyed with a secret outside the database, so that its owner cannot pass off references as ended. It names
 * nothing but the entry: it does not reveal which entries ended together. Joins the caller's transaction.
 */
export async function endWithProof<Result>(
  ctx: Ctx,
  personId: string,
  end: () => Promise<Result>,
): Promise<Result> {
  const before = await ctx.db
    .select()
    .from(auditEntries)
    .where(or(eq(auditEntries.subjectId, personId), eq(auditEntries.actorId, personId)));
  const result = await end();
  for (let begin = 0; begin < before.length; begin += rowsPerStatement)
    await vouch(ctx, before.slice(begin, begin + rowsPerStatement));
  return result;
}

async function vouch(ctx: Ctx, before: readonly StoredEntry[]): Promise<void> {
  const ids = before.map(({ id }) => id);
  const after = await ctx.db
    .select()
    .from(auditEntries)
    .where(
      and(inArray(auditEntries.id, ids), or(isNull(auditEntries.actorSalt), isNull(auditEntries.aboutSalt))),
    );
  const entries = new Map(before.map((entry) => [entry.id, entry] as const));
  const proofs = after.flatMap((entry) => {
    const was = entries.get(entry.id);
    if (was === undefined) return [];
    return endedParts(entry)
      .filter((part) => !endedParts(was).includes(part) && isGenuine(was, part))
      .map((part) => ({ entryId: entry.id, part, proof: proofOfEnd(ctx, entry.id, part) }));
  });
  if (proofs.length > 0) await ctx.db.insert(endedReferences).values(proofs).onConflictDoNothing();
}

/** References that were put into the entry of another person are not vouched for when they end. */
function isGenuine(entry: StoredEntry, part: ReferencePart): boolean {
  if (isFromBeforeDigests(entry)) return true;
  return (part === 'actor' ? actorRefOf(entry) : aboutRefOf(entry)).startsWith('sha256:');
}

/** Which references are gone. An entry from before digests always named an actor and a request. */
export function endedParts(
  entry: Pick<StoredEntry, 'actor' | 'actorSalt' | 'actorDigest' | 'requestId' | 'aboutSalt' | 'aboutDigest'>,
): ReferencePart[] {
  const { actor, actorSalt, actorDigest, requestId, aboutSalt, aboutDigest } = entry;
  const hasEnded = {
    actor: actorSalt === null && (actorDigest !== null || actor === null),
    about: aboutSalt === null && (aboutDigest !== null || requestId === null),
  };
  return parts.filter((part) => hasEnded[part]);
}

export function proofOfEnd(ctx: Ctx, entryId: string, part: ReferencePart): string {
  return ctx.keyedHash('ended reference', `${entryId} ${part}`);
}
