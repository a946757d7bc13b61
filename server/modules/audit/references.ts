import { createHash, randomBytes } from 'node:crypto';
import { canonicalBytes } from '@candor/privacy-engine';
import type { auditEntries } from './schema.ts';

type StoredEntry = typeof auditEntries.$inferSelect;
type References = Pick<
  StoredEntry,
  'actor' | 'actorId' | 'tenantId' | 'targetId' | 'subjectId' | 'requestId'
>;

/**
 * By whom and about what, with the digests by which the leaf of the log covers them. Each group has a salt of its own
 * and ends with it: without the salt no attacker can try which person a digest was made of.
 */
export function withDigests(references: References) {
  const [actorSalt, aboutSalt] = [newSalt(), newSalt()];
  return {
    ...references,
    actorSalt,
    actorDigest: digestOf(actorSalt, actorValues(references)),
    aboutSalt,
    aboutDigest: digestOf(aboutSalt, aboutValues(references)),
  };
}

/** What the leaf says about the actor. References that are not the ones that were digested make another leaf. */
export function actorRefOf(row: StoredEntry): string {
  return refOf(row.actorDigest, row.actorSalt, actorValues(row));
}

/** What the leaf says about person, account, target and request. */
export function aboutRefOf(row: StoredEntry): string {
  return refOf(row.aboutDigest, row.aboutSalt, aboutValues(row));
}

/** Whether the entry is from before references had digests, so that its leaf covers them as they are. */
export function isFromBeforeDigests({ actorDigest }: Pick<StoredEntry, 'actorDigest'>): boolean {
  return actorDigest === null;
}

function refOf(digest: string | null, salt: string | null, values: readonly (string | null)[]): string {
  if (salt !== null) {
    const found = digestOf(salt, values);
    return found === digest ? `sha256:${found}` : `found sha256:${found}`;
  }
  return values.every((value) => value === null) ? `sha256:${digest ?? ''}` : 'found without salt';
}

function digestOf(salt: string, values: readonly (string | null)[]): string {
  return createHash('sha256')
    .update(canonicalBytes([salt, ...values]))
    .digest('hex');
}

function newSalt(): string {
  return randomBytes(16).toString('base64url');
}

function actorValues({ actor, actorId }: References) {
  return [actor, actorId];
}

function aboutValues({ tenantId, targetId, subjectId, requestId }: References) {
  return [tenantId, targetId, subjectId, requestId];
}
