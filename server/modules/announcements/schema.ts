import { sql } from 'drizzle-orm';
import { check, index, pgSchema, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core';
import { personal, plain, privacyTable } from '../../declare/policy.ts';

export const announcementsSchema = pgSchema('announcements');

const instant = () => timestamp({ withTimezone: true });
const ownText = 'a text of ours, the same for everybody';

export const newsStates = ['draft', 'sending', 'sent'] as const;

/** News of operators for every person who agreed to receive it. One text for all: nothing in it is about the reader. */
export const news = privacyTable(
  announcementsSchema,
  'news',
  {
    id: plain(text().primaryKey(), 'random identifier'),
    state: plain(text({ enum: newsStates }).notNull(), 'one of three words'),
    titleZh: plain(text().notNull(), ownText),
    titleEn: plain(text().notNull(), ownText),
    bodyZh: plain(text().notNull(), ownText),
    bodyEn: plain(text().notNull(), ownText),
    createdAt: plain(instant().notNull()),
    startedAt: plain(instant()),
    finishedAt: plain(instant()),
  },
  {
    tenant: { none: 'news of the installation' },
    rows: { notPersonal: 'texts of ours' },
    access: { operations: ['select', 'insert', 'update'], marketing: ['select'] },
  },
  (table) => [check('news_state_check', sql`${table.state} in ('draft', 'sending', 'sent')`)],
);

const sendFact = {
  subject: 'userId',
  category: 'communication',
  source: 'service',
  collectedFor: ['usage'],
  purposes: ['marketing', 'rights'],
  keep: { max: 'P6M', from: 'row.createdAt' },
  keyClass: 'core',
  onErase: 'delete-row',
  export: 'yes',
  edit: { no: { zh: '是已发送内容的记录', en: 'a record of what was sent' } },
  log: 'never',
} as const;

/** Who was sent which news: no person gets one twice, also when sending was broken off. */
export const newsSends = privacyTable(
  announcementsSchema,
  'news_sends',
  {
    id: plain(text().primaryKey(), 'random identifier'),
    newsId: personal(
      text()
        .notNull()
        .references(() => news.id),
      {
        ...sendFact,
        category: 'log',
        clear: 'a random identifier of a text that is the same for everybody',
        title: { zh: '发送的产品动态编号', en: 'Identifier of the product news sent to you' },
      },
    ),
    userId: plain(text().notNull(), 'random identifier of the person'),
    createdAt: personal(instant().notNull(), {
      ...sendFact,
      title: { zh: '产品动态邮件发送时间', en: 'Time product news was sent to you' },
    }),
  },
  {
    tenant: { none: 'news goes to the person, not to the paying account' },
    subject: 'userId',
    title: { zh: '发给您的产品动态', en: 'Product news sent to you' },
    rows: 'delete',
    access: { marketing: ['select', 'insert'], rights: ['select'] },
  },
  (table) => [
    uniqueIndex('news_sends_news_id_user_id_key').on(table.newsId, table.userId),
    index('news_sends_user_id_idx').on(table.userId, table.id),
    index('news_sends_created_at_idx').on(table.createdAt),
  ],
);
