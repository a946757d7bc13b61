import { canonicalBytes } from '@candor/privacy-engine';
import type { Ctx } from '../../kernel/context.ts';
import type { staffReads } from './schema.ts';

/** Action of the entries that vouch for a record of staff that looked. */
export const personRead = 'audit.person_read';
/** Name of the hash in the details of the entry. */
export const recordHash = 'recordHash';

/** A record with its reason in plain words. Whose it is is left out: a claim makes it a person's, and seals it anew. */
type PlainRead = Omit<typeof staffReads.$inferSelect, 'reason' | 'subjectId'> & { readonly reason: string };

/**
 * What the log keeps of a record, readable and for ever. Keyed, so that an attacker with only the database cannot try whom
 * or what it was made of.
 */
export function hashOfRead(ctx: Ctx, read: PlainRead): string {
  const { id, tenantId, staffId, what, reason, caseId, requestId, createdAt } = read;
  const values = [id, tenantId, staffId, [...what], reason, caseId, requestId, createdAt.toISOString()];
  return ctx.keyedHash('staff read', Buffer.from(canonicalBytes(values)).toString('utf8'));
}
