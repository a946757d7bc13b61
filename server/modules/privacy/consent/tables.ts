import { sql } from 'drizzle-orm';
import { check, index, integer, jsonb, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core';
import { languageWords, personal, plain, privacyTable } from '../../../declare/policy.ts';
import { privacySchema } from '../privacy-schema.ts';

const instant = () => timestamp({ withTimezone: true });
/** Who relied on a consent must be able to prove it until claims are barred. */
const proof = { duration: 'P3Y', law: 'PIPL 14, Civil Code 188' } as const;
const readByPolicies = 'row policies compare it inside the database; one of a few words';

const consentFact = {
  subject: 'subjectId',
  category: 'preference',
  source: 'user',
  collectedFor: ['usage'],
  purposes: ['rights'],
  keep: { max: 'P3Y', from: 'account.closed', min: proof },
  keyClass: 'evidence',
  onErase: { retain: proof },
  export: 'yes',
  edit: {
    no: {
      zh: '是您作出决定的记录；可在隐私页面重新决定',
      en: 'a record of what you decided; decide anew on your privacy page',
    },
  },
  log: 'never',
} as const;

export const consentKinds = ['given', 'refused', 'withdrawn', 'noticed'] as const;
export const consentMethods = ['page', 'prompt', 'unsubscribe'] as const;

/**
 * Every decision of a person about a purpose that rests on their consent, in the shape of ISO/IEC TS 27560. Rows are
 * added and never changed, by grant: only erasure cuts the link to the person and leaves the evidence.
 */
export const consentEvents = privacyTable(
  privacySchema,
  'consent_events',
  {
    id: plain(text().primaryKey(), 'random identifier'),
    subjectId: plain(text(), 'random identifier of the person, null once they are erased'),
    /** Drawn at random at a person's first event and written on their receipts: it proves to them and tells us nothing. */
    subjectRef: plain(text().notNull(), 'random, in no other table'),
    purpose: personal(text().notNull(), {
      ...consentFact,
      title: { zh: '同意所针对的目的', en: 'Purpose of a consent' },
      wordList: 'purposes',
      clear: readByPolicies,
    }),
    kind: personal(text({ enum: consentKinds }).notNull(), {
      ...consentFact,
      title: { zh: '决定', en: 'Decision' },
      words: {
        given: { zh: '同意', en: 'given' },
        refused: { zh: '拒绝', en: 'refused' },
        withdrawn: { zh: '撤回', en: 'withdrawn' },
        noticed: { zh: '已告知', en: 'told' },
      },
      clear: readByPolicies,
    }),
    form: personal(text({ enum: ['explicit', 'separate'] }).notNull(), {
      words: { explicit: { zh: '明示同意', en: 'explicit' }, separate: { zh: '单独同意', en: 'separate' } },
      ...consentFact,
      title: { zh: '同意的形式', en: 'Form of the consent' },
      clear: 'one of two words',
    }),
    method: personal(text({ enum: consentMethods }).notNull(), {
      ...consentFact,
      title: { zh: '作出决定的方式', en: 'How the decision was made' },
      words: {
        page: { zh: '在“我的选择”页面', en: 'on the page of choices' },
        prompt: { zh: '在弹出的询问中', en: 'in a prompt' },
        unsubscribe: { zh: '通过邮件中的退订链接', en: 'by the link in a mail' },
      },
      clear: 'one of three words',
    }),
    /** The text that was shown; null where none was needed: for a refusal, a withdrawal. */
    noticeHash: personal(
      text().references(() => consentNotices.hash),
      {
        ...consentFact,
        title: { zh: '告知文本的散列', en: 'Hash of the notice' },
        clear: 'the hash of a text of ours',
      },
    ),
    noticeLocale: personal(text({ enum: ['zh-CN', 'en'] }), {
      ...consentFact,
      title: { zh: '告知所用语言', en: 'Language of the notice' },
      words: languageWords,
      clear: 'one of two words',
    }),
    /** What the consent covers, see `consentScopeHash`. */
    scopeHash: plain(
      text().notNull(),
      'hash of the declarations in force at the time, the same for everybody',
    ),
    policyVersion: personal(text().notNull(), {
      ...consentFact,
      title: { zh: '决定时的隐私政策版本', en: 'Version of the policy at the decision' },
      clear: 'the name of a published document',
    }),
    registryHash: plain(
      text().notNull(),
      'hash of the declarations in force at the time, the same for everybody',
    ),
    shownNonce: plain(text(), 'random, makes the token of a shown text usable once'),
    /** Counts the events of one person about one purpose: nothing can be put in between or taken out unseen. */
    position: plain(integer().notNull(), 'place of the row among the others of its purpose'),
    previousId: plain(text(), 'random identifier of the event before'),
    createdAt: personal(instant().notNull(), {
      ...consentFact,
      source: 'auto',
      title: { zh: '决定时间（服务器时间）', en: 'Time of the decision (clock of the server)' },
    }),
    unlinkedAt: personal(instant(), {
      ...consentFact,
      source: 'auto',
      title: { zh: '与您断开关联的时间', en: 'Time the link to you was cut' },
    }),
  },
  {
    tenant: { none: 'a consent is a decision of the person, not of the paying account' },
    subject: 'subjectId',
    title: { zh: '您的同意与拒绝', en: 'What you agreed to and refused' },
    rows: { keepUntil: proof },
    anchors: { 'account.closed': 'unlinkedAt' },
    access: { rights: ['select', 'insert'], erasure: ['update'] },
  },
  (table) => [
    uniqueIndex('consent_events_shown_nonce_key').on(table.shownNonce),
    uniqueIndex('consent_events_subject_ref_purpose_position_key').on(
      table.subjectRef,
      table.purpose,
      table.position,
    ),
    // What every row policy of a purpose on consent looks up.
    index('consent_events_deciding_idx')
      .on(table.subjectId, table.purpose, table.position, table.kind, table.scopeHash)
      .where(sql`${table.kind} <> 'noticed'`),
    index('consent_events_subject_id_id_idx').on(table.subjectId, table.id),
    index('consent_events_unlinked_at_idx').on(table.unlinkedAt),
    check(
      'consent_events_kind_check',
      sql`${table.kind} in ('given', 'refused', 'withdrawn', 'noticed') and ${table.form} in ('explicit', 'separate') and ${table.method} in ('page', 'prompt', 'unsubscribe')`,
    ),
    check(
      'consent_events_shown_check',
      sql`${table.kind} <> 'given' or (${table.noticeHash} is not null and ${table.noticeLocale} is not null and ${table.shownNonce} is not null)`,
    ),
    check(
      'consent_events_linked_check',
      sql`(${table.subjectId} is null) = (${table.unlinkedAt} is not null)`,
    ),
  ],
);

export interface NoticeText {
  readonly title: string;
  readonly sections: { readonly key: string; readonly title: string; readonly text: string }[];
}

/** Every text that was ever shown for a consent, word for word: without it a hash proves nothing to a reader. */
export const consentNotices = privacyTable(
  privacySchema,
  'consent_notices',
  {
    hash: plain(text().primaryKey(), 'hash of a text of ours'),
    purpose: plain(text().notNull(), 'name of a purpose'),
    locale: plain(text({ enum: ['zh-CN', 'en'] }).notNull(), 'one of two words'),
    body: plain(jsonb().$type<NoticeText>().notNull(), 'a text of ours, the same for everybody'),
    createdAt: plain(instant().notNull()),
  },
  {
    tenant: { none: 'one text for every person' },
    rows: { notPersonal: 'texts of ours' },
    immutable: true,
    access: { operations: ['select', 'insert'], account: ['select'] },
  },
);
