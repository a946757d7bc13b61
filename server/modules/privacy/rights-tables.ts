import { sql } from 'drizzle-orm';
import { check, text, timestamp } from 'drizzle-orm/pg-core';
import { plain, privacyTable } from '../../policy.ts';
import { privacySchema } from './privacy-schema.ts';

/**
 * Persons whose data rest: because they asked to stop what the law or the contract does not require (PIPL 44), or
 * because they were erased and only what a law makes us keep is left (PIPL 47).
 */
export const restrictions = privacyTable(
  privacySchema,
  'restrictions',
  {
    subjectId: plain(text().primaryKey(), 'random identifier of the person'),
    kind: plain(
      text({ enum: ['requested', 'erased'] })
        .notNull()
        .default('requested'),
      'one of two words',
    ),
    createdAt: plain(timestamp({ withTimezone: true }).notNull()),
  },
  {
    tenant: { none: 'a restriction belongs to a person, not to the paying account' },
    subject: 'subjectId',
    rows: 'delete',
    // Every purpose that a restriction stops may look here, because its row policies do. Writers of batches look here,
    // so that they write nothing about the erased.
    access: {
      rights: ['select', 'insert', 'delete'],
      casework: ['select'],
      settlement: ['select'],
      security: ['select'],
      erasure: ['insert', 'update'],
    },
  },
  (table) => [check('restrictions_kind_check', sql`${table.kind} in ('requested', 'erased')`)],
);
