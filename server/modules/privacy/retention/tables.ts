import { bigint, boolean, index, text, timestamp } from 'drizzle-orm/pg-core';
import { plain, privacyTable } from '../../../declare/policy.ts';
import { privacySchema } from '../privacy-schema.ts';

const instant = () => timestamp({ withTimezone: true });
const count = () => bigint({ mode: 'number' });

/** What the sweeper found and did, per rule: the proof that terms are kept. Counts and names of ours. */
export const retentionEvidence = privacyTable(
  privacySchema,
  'retention_evidence',
  {
    id: plain(text().primaryKey(), 'random identifier'),
    table: plain(text().notNull(), 'name of a table of ours'),
    columns: plain(text().array().notNull(), 'names of columns of ours'),
    kind: plain(text({ enum: ['ceiling', 'hold-end', 'day-key'] }).notNull(), 'one of three words'),
    verb: plain(text({ enum: ['delete', 'change', 'destroy-key'] }).notNull(), 'one of three words'),
    candidates: plain(count().notNull()),
    done: plain(count().notNull()),
    /** Anchor of the oldest candidate. */
    oldest: plain(instant()),
    failure: plain(text(), 'code of PostgreSQL'),
    isDryRun: plain(boolean().notNull()),
    createdAt: plain(instant().notNull()),
  },
  {
    tenant: { none: 'about tables, not about persons' },
    rows: { notPersonal: 'names of tables, numbers and times' },
    access: { erasure: ['select', 'insert'], operations: ['select'] },
  },
  (table) => [index('retention_evidence_created_at_idx').on(table.createdAt)],
);

/** How far keys of days, for unknown persons, are destroyed. One row per key class. */
export const dayKeyMarks = privacyTable(
  privacySchema,
  'day_key_marks',
  {
    keyClass: plain(text().primaryKey(), 'name of a class of keys'),
    destroyedUntil: plain(text().notNull(), 'a day'),
  },
  {
    tenant: { none: 'about days, not about persons' },
    rows: { notPersonal: 'a day per class of keys' },
    access: { erasure: ['select', 'insert', 'update'] },
  },
);
