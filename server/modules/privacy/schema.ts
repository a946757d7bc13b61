import { pgSchema, text, timestamp } from 'drizzle-orm/pg-core';
import { plain, privacyTable } from '../../policy.ts';

export const privacySchema = pgSchema('privacy');

/** Persons who have asked to stop processing what the law or the contract does not require (PIPL 44). */
export const restrictions = privacyTable(
  privacySchema,
  'restrictions',
  {
    subjectId: plain(text().primaryKey(), 'random identifier of the person'),
    createdAt: plain(timestamp({ withTimezone: true }).notNull()),
  },
  {
    tenant: { none: 'a restriction belongs to a person, not to the paying account' },
    subject: 'subjectId',
    rows: 'delete',
    // Read by every purpose that a restriction stops, because their row policies ask it.
    access: { operations: ['select'], rights: ['select', 'insert', 'delete'] },
  },
);

/** Every set of declarations that was ever in force here. People accept one of these by name. */
export const policyVersions = privacyTable(
  privacySchema,
  'policy_versions',
  {
    version: plain(text().primaryKey(), 'profile and start of the hash'),
    registryHash: plain(text().notNull(), 'hash of the declarations'),
    effectiveAt: plain(timestamp({ withTimezone: true }).notNull()),
  },
  {
    tenant: { none: 'one policy for everybody' },
    rows: { notPersonal: 'names of documents' },
    immutable: true,
    access: { operations: ['select', 'insert'] },
  },
);
