import { sql } from 'drizzle-orm';
import { check, index, pgSchema, text, timestamp } from 'drizzle-orm/pg-core';
import { sealedText } from '@candor/privacy-engine';
import { deliveryWords, personal, plain, privacyTable } from '../../declare/policy.ts';

export const notificationsSchema = pgSchema('notifications');

const messageFact = {
  subject: 'userId',
  category: 'communication',
  source: 'service',
  collectedFor: ['registration', 'login', 'support'],
  keep: { max: 'P7D', from: 'row.createdAt' },
  keyClass: 'core',
  onErase: 'delete-row',
  edit: { no: { zh: '是已发送内容的记录', en: 'a record of what was sent' } },
  log: 'never',
} as const;

/** What was sent by which way and when: given to the person, also where the text is not. */
const sentFact = {
  ...messageFact,
  category: 'log',
  purposes: ['signin', 'account', 'billing', 'settlement', 'notify', 'casework', 'marketing', 'rights'],
  export: 'yes',
} as const;

/** Every message this cloud sends, until seven days after. The default channel leaves it here for the operator to read. */
export const outbox = privacyTable(
  notificationsSchema,
  'outbox',
  {
    id: plain(text().primaryKey(), 'random identifier'),
    tenantId: plain(text(), 'random identifier'),
    userId: plain(text(), 'random identifier, null for a receiver without an account'),
    channel: personal(text({ enum: ['sms', 'mail'] }).notNull(), {
      words: deliveryWords,
      ...sentFact,
      clear: 'one of two words',
      title: { zh: '消息发送渠道', en: 'Channel of a message' },
    }),
    template: personal(text().notNull(), {
      wordList: 'messages',
      ...sentFact,
      clear: 'the name of a text of ours',
      title: { zh: '消息类型', en: 'Kind of a message' },
    }),
    recipient: personal(sealedText().notNull(), {
      ...messageFact,
      title: { zh: '收件号码或邮箱', en: 'Number or address of a message' },
      category: 'contact',
      source: 'user',
      purposes: ['signin', 'account', 'billing', 'settlement', 'notify', 'casework', 'marketing', 'rights'],
      export: 'yes',
      to: ['smsProvider', 'mailProvider'],
    }),
    recipientHash: personal(text(), {
      ...messageFact,
      clear: 'a keyed hash, by which messages from before an account are found; gone with the message',
      title: { zh: '收件号码或邮箱（散列）', en: 'Number or address of a message (its hash)' },
      category: 'contact',
      purposes: ['signin', 'account', 'billing', 'settlement', 'notify', 'casework', 'marketing'],
      export: {
        no: { zh: '是旁边号码或地址的带密钥散列', en: 'a keyed hash of the number or address beside it' },
      },
    }),
    subject: plain(text(), 'title of the text of ours that is named beside it, the same for everybody'),
    body: personal(sealedText().notNull(), {
      ...messageFact,
      title: { zh: '消息内容', en: 'Text of a message' },
      purposes: ['signin', 'account', 'billing', 'settlement', 'notify', 'casework', 'marketing'],
      export: {
        no: {
          zh: '内容已发给您；其中可能有验证码，不能在登录后的页面里读到',
          en: 'it was sent to you; it may hold a code that must not be readable in a session',
        },
      },
      to: ['smsProvider', 'mailProvider'],
    }),
    status: personal(text({ enum: ['queued', 'kept', 'sent', 'failed'] }).notNull(), {
      words: {
        queued: { zh: '等待发送', en: 'waiting' },
        kept: { zh: '只保留在发件箱', en: 'kept in the outbox only' },
        sent: { zh: '已发送', en: 'sent' },
        failed: { zh: '未能发送', en: 'not sent' },
      },
      ...sentFact,
      clear: 'one of four words',
      title: { zh: '消息是否已发出', en: 'Whether a message was handed over' },
    }),
    /** Until when one worker alone hands it over. */
    leaseUntil: plain(
      timestamp({ withTimezone: true }),
      'a clock of our worker; who it works for does not change it',
    ),
    createdAt: personal(timestamp({ withTimezone: true }).notNull(), {
      ...sentFact,
      title: { zh: '消息发送时间', en: 'Time of a message' },
    }),
  },
  {
    tenant: 'tenantId',
    subject: 'userId',
    title: { zh: '发给您的短信与邮件', en: 'Messages sent to you' },
    // Not deletable: a message that waits may be the one that warns of an intruder.
    rows: 'delete',
    access: {
      signin: ['insert'],
      account: ['insert'],
      billing: ['insert'],
      settlement: ['insert'],
      casework: ['insert'],
      // Messages on consent are delivered for their own purpose, whose rows end with the consent.
      marketing: ['select', 'insert', 'update'],
      notify: ['select', 'insert', 'update', 'delete'],
      rights: ['select'],
    },
  },
  (table) => [
    index('outbox_created_at_idx').on(table.createdAt),
    index('outbox_user_id_idx').on(table.userId, table.id),
    index('outbox_recipient_hash_idx').on(table.recipientHash, table.id),
    check('outbox_channel_check', sql`${table.channel} in ('sms', 'mail')`),
    check('outbox_status_check', sql`${table.status} in ('queued', 'kept', 'sent', 'failed')`),
  ],
);
