import { index, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core';
import { personal, plain, privacyTable } from '../../../declare/policy.ts';
import { privacySchema } from '../privacy-schema.ts';

const noticeFact = {
  subject: 'userId',
  category: 'log',
  source: 'service',
  collectedFor: ['support'],
  purposes: ['rights'],
  keep: { max: 'P3Y', from: 'row.createdAt' },
  keyClass: 'core',
  onErase: 'delete-row',
  export: 'yes',
  edit: { no: { zh: '是已发生之事的记录', en: 'a record of what happened' } },
  log: 'never',
} as const;

/** Who had received a value that was corrected, and when they were notified. */
export const correctionNotices = privacyTable(
  privacySchema,
  'correction_notices',
  {
    id: plain(text().primaryKey(), 'random identifier'),
    tenantId: plain(text(), 'random identifier'),
    userId: plain(text().notNull(), 'random identifier of the person'),
    correctionId: plain(text().notNull(), 'random identifier'),
    place: personal(text().notNull(), {
      ...noticeFact,
      title: { zh: '被更正的信息项', en: 'Datum that was corrected' },
      clear: 'the name of one of our columns',
    }),
    rowId: plain(text().notNull(), 'random identifier of the corrected row'),
    recipient: personal(text().notNull(), {
      wordList: 'recipients',
      ...noticeFact,
      title: { zh: '曾接收旧信息的接收方', en: 'Who had received the old value' },
      clear: 'the name of one of our recipients',
    }),
    outcome: personal(text({ enum: ['told', 'recorded'] }).notNull(), {
      words: {
        told: { zh: '已告知接收方', en: 'recipient told' },
        recorded: { zh: '已记录', en: 'recorded' },
      },
      clear: 'one of two words',
      ...noticeFact,
      title: { zh: '是否已告知接收方', en: 'Whether the recipient was notified' },
    }),
    createdAt: personal(timestamp({ withTimezone: true }).notNull(), {
      ...noticeFact,
      title: { zh: '更正并告知接收方的时间', en: 'Time of the correction and of telling the recipient' },
    }),
  },
  {
    tenant: 'tenantId',
    subject: 'userId',
    title: { zh: '更正及告知接收方', en: 'Corrections passed on' },
    rows: 'delete',
    access: { rights: ['select', 'insert'] },
  },
  (table) => [
    index('correction_notices_user_id_idx').on(table.userId, table.id),
    index('correction_notices_created_at_idx').on(table.createdAt),
    uniqueIndex('correction_notices_once_key').on(table.correctionId, table.place, table.recipient),
  ],
);
