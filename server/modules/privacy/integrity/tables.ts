import { index, integer, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core';
import { plain, privacyTable } from '../../../policy.ts';
import { privacySchema } from '../privacy-schema.ts';

const instant = () => timestamp({ withTimezone: true });

/** Sealed values that could not be read although nobody destroyed their key. */
export const unreadableCells = privacyTable(
  privacySchema,
  'unreadable_cells',
  {
    id: plain(text().primaryKey(), 'random identifier'),
    subjectId: plain(text().notNull(), 'random identifier of the person, so that it goes with them'),
    table: plain(text().notNull(), 'name of a table of ours'),
    column: plain(text().notNull(), 'name of a column of ours'),
    rowId: plain(text().notNull(), 'random identifier'),
    code: plain(text().notNull(), 'one of a few words'),
    seen: plain(integer().notNull()),
    firstSeenAt: plain(instant().notNull()),
    lastSeenAt: plain(instant().notNull()),
  },
  {
    tenant: { none: 'damage belongs to the installation' },
    subject: 'subjectId',
    title: { zh: '无法读取的数据位置', en: 'Places of data that cannot be read' },
    rows: 'delete',
    access: { security: ['select', 'insert', 'update'], rights: ['select'] },
    afterErasure: { security: { why: 'a damaged value is found also while its person is being erased' } },
  },
  (table) => [
    uniqueIndex('unreadable_cells_place_unique_idx').on(table.table, table.column, table.rowId),
    index('unreadable_cells_subject_id_idx').on(table.subjectId, table.id),
  ],
);
