import { sql } from 'drizzle-orm';
import { check, integer, jsonb, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core';
import { plain, privacyTable } from '../../../declare/policy.ts';
import { privacySchema } from '../privacy-schema.ts';
import type { PolicyChange } from './policy-change.ts';
import type { PolicyFacts } from './policy-facts.ts';
import type { Installation } from './installation.ts';
import type { PolicyText } from './policy-text.ts';

/** A policy whole, in both languages, as people read it. */
export interface PolicyDocument {
  readonly zh: PolicyText;
  readonly en: PolicyText;
}

/**
 * Every policy that was ever in force here, word for word. People accept one by its hash; number and day are its name
 * among people. Versions from before texts were kept have neither document nor facts.
 */
export const policyVersions = privacyTable(
  privacySchema,
  'policy_versions',
  {
    version: plain(text().primaryKey(), 'day and running number'),
    number: plain(integer().notNull()),
    hash: plain(text().notNull(), 'hash of a published text'),
    registryHash: plain(text().notNull(), 'hash of the declarations'),
    facts: plain(
      jsonb().$type<PolicyFacts>(),
      'what the declarations and settings say, in a form to compare',
    ),
    document: plain(jsonb().$type<PolicyDocument>(), 'a published text, the same for everybody'),
    change: plain(jsonb().$type<PolicyChange>().notNull(), 'what differs from the version before'),
    effectiveAt: plain(timestamp({ withTimezone: true }).notNull()),
  },
  {
    tenant: { none: 'one policy for every person' },
    rows: { notPersonal: 'published documents' },
    immutable: true,
    access: { operations: ['select', 'insert'] },
  },
  (table) => [
    uniqueIndex('policy_versions_hash_key').on(table.hash),
    uniqueIndex('policy_versions_number_key').on(table.number),
  ],
);

/** Who runs this installation, one row; every earlier statement is in the policy it was published with. */
export const installation = privacyTable(
  privacySchema,
  'installation',
  {
    id: plain(text().primaryKey(), 'always the same word'),
    facts: plain(jsonb().$type<Installation>().notNull(), 'what the operator publishes of its company'),
    updatedAt: plain(timestamp({ withTimezone: true }).notNull()),
  },
  {
    tenant: { none: 'one installation' },
    rows: { notPersonal: 'published facts of a company' },
    access: { operations: ['select', 'insert', 'update'] },
  },
  (table) => [check('installation_id_check', sql`${table.id} = 'this'`)],
);
