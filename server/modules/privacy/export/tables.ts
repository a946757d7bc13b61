import { sql } from 'drizzle-orm';
import { bigint, check, customType, index, integer, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core';
import { personal, plain, privacyTable } from '../../../policy.ts';
import { privacySchema } from '../privacy-schema.ts';
import type { ExportStatus } from './status.ts';

const instant = () => timestamp({ withTimezone: true });
const randomId = 'random identifier';

const requestFact = {
  subject: 'userId',
  category: 'log',
  source: 'user',
  collectedFor: ['support'],
  purposes: ['rights', 'casework'],
  keep: { max: 'P90D', from: 'row.createdAt' },
  keyClass: 'core',
  onErase: 'delete-row',
  export: 'yes',
  edit: { no: 'a record of what happened' },
  log: 'never',
} as const;

/** A person's request for a copy of their data, and how far it is. */
export const exports = privacyTable(
  privacySchema,
  'exports',
  {
    id: plain(text().primaryKey(), randomId),
    tenantId: plain(text().notNull(), randomId),
    userId: plain(text().notNull(), 'random identifier of the person'),
    status: plain(text().$type<ExportStatus>().notNull(), 'one of a few words'),
    language: plain(text({ enum: ['zh', 'en'] }).notNull(), 'one of two words'),
    /** Which attempt at writing it holds the lease: one that lost it must not go on. */
    attempt: plain(integer().notNull()),
    leaseUntil: plain(instant()),
    rowsTotal: plain(bigint({ mode: 'number' })),
    rowsDone: plain(bigint({ mode: 'number' }).notNull()),
    chunks: plain(integer().notNull()),
    sizeBytes: plain(bigint({ mode: 'number' }).notNull()),
    finishedAt: plain(instant()),
    expiresAt: plain(instant()),
    createdAt: personal(instant().notNull(), {
      ...requestFact,
      source: 'auto',
      title: { zh: '索取副本的时间', en: 'Time a copy was asked for' },
    }),
    takenAt: personal(instant(), {
      ...requestFact,
      source: 'auto',
      title: { zh: '下载副本的时间', en: 'Time the copy was downloaded' },
    }),
  },
  {
    tenant: 'tenantId',
    subject: 'userId',
    title: { zh: '您索取的个人信息副本', en: 'Copies of your data you asked for' },
    rows: 'delete',
    access: { rights: ['select', 'insert', 'update'], casework: ['select', 'update'] },
  },
  (table) => [
    index('exports_user_id_idx').on(table.userId, table.id),
    index('exports_created_at_idx').on(table.createdAt),
    // Two requests at once cannot both begin.
    uniqueIndex('exports_one_at_work_key')
      .on(table.userId)
      .where(sql`${table.status} in ('queued', 'running')`),
    index('exports_unfinished_idx')
      .on(table.createdAt)
      .where(sql`${table.status} in ('queued', 'running', 'ready', 'delivering')`),
    check(
      'exports_status_check',
      sql`${table.status} in ('queued', 'running', 'ready', 'delivering', 'taken', 'expired', 'cancelled', 'failed')`,
    ),
  ],
);

/** An envelope of the vault as it is; a quarter shorter than as text. */
const envelope = customType<{ data: Buffer }>({ dataType: () => 'bytea' });

/** The copy itself, until it is downloaded or too old: pieces of the archive, each sealed for its person. */
export const exportChunks = privacyTable(
  privacySchema,
  'export_chunks',
  {
    id: plain(text().primaryKey(), 'identifier of the copy and number of the piece'),
    exportId: plain(
      text()
        .notNull()
        .references(() => exports.id, { onDelete: 'cascade' }),
      randomId,
    ),
    userId: plain(text().notNull(), 'random identifier of the person'),
    place: plain(integer().notNull()),
    envelope: personal(envelope().notNull(), {
      ...requestFact,
      title: { zh: '副本文件（加密分片）', en: 'File of the copy (in encrypted pieces)' },
      category: 'content',
      source: 'service',
      purposes: ['rights'],
      keep: { max: 'PT72H', from: 'row.createdAt' },
      keyClass: 'content',
      export: { no: 'it is the copy itself' },
      edit: { no: 'it shows what is held; correct that' },
      clear: 'every piece is sealed as bytes under the key of the person before it is written',
    }),
    createdAt: plain(instant().notNull()),
  },
  {
    tenant: { none: 'a copy belongs to the person, not to the paying account' },
    subject: 'userId',
    title: { zh: '副本文件', en: 'File of a copy' },
    rows: 'delete',
    access: { rights: ['select', 'insert', 'delete'], casework: ['select', 'delete'] },
  },
  (table) => [
    index('export_chunks_user_id_idx').on(table.userId, table.id),
    index('export_chunks_created_at_idx').on(table.createdAt),
    uniqueIndex('export_chunks_export_id_place_key').on(table.exportId, table.place),
  ],
);
