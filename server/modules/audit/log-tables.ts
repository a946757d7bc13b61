import { bigint, integer, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';
import { plain, privacyTable } from '../../declare/policy.ts';
import { auditSchema } from './entry-tables.ts';

const count = () => bigint({ mode: 'number' });
const tenant = { none: 'one log for the whole installation' } as const;
const access = { security: ['select', 'insert'] } as const;

/** Entries on their way into the log: a row in the transaction of the entry, gone when the entry has its place. */
export const pendingEntries = privacyTable(
  auditSchema,
  'pending_entries',
  { entryId: plain(text().primaryKey(), 'random identifier') },
  {
    tenant,
    rows: { notPersonal: 'names of entries' },
    access: {
      account: ['insert'],
      signin: ['insert'],
      notify: ['insert'],
      security: ['insert', 'select', 'delete'],
      billing: ['insert'],
      settlement: ['insert'],
      '*': ['insert'],
      operations: ['insert'],
      rights: ['insert'],
      casework: ['insert'],
      erasure: ['insert'],
    },
  },
);

/** Entries whose references ended with an erasure: a keyed hash that only the eraser can write. */
export const endedReferences = privacyTable(
  auditSchema,
  'ended_references',
  {
    entryId: plain(text().notNull(), 'random identifier'),
    part: plain(text().notNull(), 'by whom or about what'),
    proof: plain(text().notNull(), 'keyed hash of the name of the entry'),
  },
  {
    tenant,
    rows: { notPersonal: 'names of entries' },
    immutable: true,
    access: { security: ['select'], erasure: ['insert'] },
  },
  (table) => [primaryKey({ name: 'ended_references_pkey', columns: [table.entryId, table.part] })],
);

/** The place of every entry in the log. */
export const logLeaves = privacyTable(
  auditSchema,
  'log_leaves',
  {
    seq: plain(count().primaryKey()),
    entryId: plain(text().notNull().unique('log_leaves_entry_id_unique'), 'random identifier'),
    registryHash: plain(text().notNull(), 'hash of the declarations in force'),
  },
  {
    tenant,
    rows: { notPersonal: 'places of entries' },
    immutable: true,
    access: { ...access, account: ['select'] },
  },
);

/** Roots of the complete subtrees of the log, leaves included (level 0): what proofs are made of. */
export const logNodes = privacyTable(
  auditSchema,
  'log_nodes',
  {
    level: plain(integer().notNull()),
    position: plain(count().notNull()),
    hash: plain(text().notNull(), 'SHA-256 in hex'),
  },
  { tenant, rows: { notPersonal: 'hashes' }, immutable: true, access },
  (table) => [primaryKey({ name: 'log_nodes_pkey', columns: [table.level, table.position] })],
);

/** What was signed: size and root of the log at an instant. */
export const logHeads = privacyTable(
  auditSchema,
  'log_heads',
  {
    size: plain(count().primaryKey()),
    root: plain(text().notNull(), 'SHA-256 in hex'),
    signedHead: plain(text().notNull(), 'the signed document'),
    signedAt: plain(timestamp({ withTimezone: true }).notNull()),
  },
  { tenant, rows: { notPersonal: 'signed hashes' }, immutable: true, access },
);
