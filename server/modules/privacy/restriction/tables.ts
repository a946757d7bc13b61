import { index, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core';
import { personal, plain, privacyTable } from '../../../declare/policy.ts';
import { privacySchema } from '../privacy-schema.ts';

const objectionFact = {
  subject: 'subjectId',
  category: 'preference',
  source: 'user',
  collectedFor: ['support'],
  purposes: ['rights'],
  keep: { max: 'P0D', from: 'account.closed' },
  keyClass: 'core',
  onErase: 'delete-row',
  export: 'yes',
  edit: { no: { zh: '请在隐私页面撤回这项反对', en: 'withdraw the objection on your privacy page instead' } },
  log: 'never',
} as const;

/** Purposes a person has objected to: for them their rows do not exist, whatever the purpose rests on. */
export const objections = privacyTable(
  privacySchema,
  'objections',
  {
    id: plain(text().primaryKey(), 'random identifier'),
    subjectId: plain(text().notNull(), 'random identifier of the person'),
    purpose: personal(text().notNull(), {
      ...objectionFact,
      title: { zh: '您反对的处理目的', en: 'Purpose you objected to' },
      wordList: 'purposes',
      clear: 'row policies compare it inside the database; one of a few words',
    }),
    createdAt: personal(timestamp({ withTimezone: true }).notNull(), {
      ...objectionFact,
      source: 'auto',
      title: { zh: '提出反对的时间', en: 'Time of the objection' },
    }),
  },
  {
    tenant: { none: 'an objection belongs to a person, not to the paying account' },
    subject: 'subjectId',
    title: { zh: '您提出的反对', en: 'Your objections' },
    rows: 'delete',
    // Every purpose that an objection can stop may look here, because its row policies do.
    access: { rights: ['select', 'insert', 'delete'] },
  },
  (table) => [
    uniqueIndex('objections_subject_id_purpose_key').on(table.subjectId, table.purpose),
    index('objections_subject_id_id_idx').on(table.subjectId, table.id),
  ],
);
