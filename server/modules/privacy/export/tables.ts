import { sql } from 'drizzle-orm';
import { bigint, check, customType, index, integer, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core';
import { textLanguageWords, personal, plain, privacyTable } from '../../../declare/policy.ts';
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
  edit: { no: { zh: '是已发生之事的记录', en: 'a record of what happened' } },
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
    status: personal(text().$type<ExportStatus>().notNull(), {
      words: {
        queued: { zh: '等待生成', en: 'waiting' },
        running: { zh: '生成中', en: 'being written' },
        ready: { zh: '可下载', en: 'ready' },
        delivering: { zh: '下载中', en: 'being taken' },
        taken: { zh: '已下载', en: 'taken' },
        expired: { zh: '已过期', en: 'expired' },
        cancelled: { zh: '已取消', en: 'cancelled' },
        failed: { zh: '未能生成', en: 'failed' },
      },
      clear: 'one of a few words',
      ...requestFact,
      title: { zh: '副本状态', en: 'State of the copy' },
      source: 'service',
    }),
    language: personal(text({ enum: ['zh', 'en'] }).notNull(), {
      words: textLanguageWords,
      clear: 'one of two words',
      ...requestFact,
      title: { zh: '副本语言', en: 'Language of the copy' },
      category: 'preference',
    }),
    /** Which attempt at writing it holds the lease: one that lost it must not go on. */
    attempt: plain(integer().notNull(), 'how often our worker began'),
    leaseUntil: plain(instant(), 'a clock of our worker'),
    rowsTotal: personal(bigint({ mode: 'number' }), {
      ...requestFact,
      title: { zh: '副本行数', en: 'Rows of the copy' },
      source: 'service',
    }),
    rowsDone: plain(bigint({ mode: 'number' }).notNull(), 'how far our worker is'),
    chunks: plain(integer().notNull(), 'how far our worker is'),
    sizeBytes: personal(bigint({ mode: 'number' }).notNull(), {
      ...requestFact,
      title: { zh: '副本大小（字节）', en: 'Size of the copy (bytes)' },
      source: 'service',
    }),
    finishedAt: personal(instant(), {
      ...requestFact,
      title: { zh: '副本生成时间', en: 'Time the copy was ready' },
      source: 'service',
    }),
    expiresAt: personal(instant(), {
      ...requestFact,
      title: { zh: '副本到期时间', en: 'End of the copy' },
      source: 'service',
    }),
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
    place: plain(integer().notNull(), 'number of the piece in its file'),
    envelope: personal(envelope().notNull(), {
      ...requestFact,
      title: { zh: '副本文件（加密分片）', en: 'File of the copy (in encrypted pieces)' },
      category: 'content',
      source: 'service',
      purposes: ['rights'],
      keep: { max: 'PT72H', from: 'row.createdAt' },
      keyClass: 'content',
      export: { no: { zh: '就是副本本身', en: 'it is the copy itself' } },
      edit: { no: { zh: '副本只是如实呈现；请更正原来的信息', en: 'it shows what is held; correct that' } },
      clear: 'every piece is sealed as bytes under the key of the person before it is written',
    }),
    createdAt: personal(instant().notNull(), {
      ...requestFact,
      title: { zh: '副本文件写入时间', en: 'Time a piece of the copy was written' },
      source: 'auto',
      keep: { max: 'PT72H', from: 'row.createdAt' },
    }),
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
