import { indexText, type LocalisedText, sealedText } from '@candor/privacy-engine';
import { sql } from 'drizzle-orm';
import { boolean, check, date, index, text, timestamp } from 'drizzle-orm/pg-core';
import {
  deliveryWords,
  textLanguageWords,
  blindIndex,
  personal,
  plain,
  privacyTable,
} from '../../../declare/policy.ts';
import { refusalTitles } from './refusal-grounds.ts';
import { privacySchema } from '../privacy-schema.ts';
import { caseRoleTitles, caseRoleNames, caseTypeNames, caseTypeTitles } from './request-kinds.ts';
import { outcomeTitles, stateTitles, caseOutcomes, caseStates } from './states.ts';

export const instant = () => timestamp({ withTimezone: true });
export const randomId = 'random identifier';
export const proof = { duration: 'P3Y', law: 'NDSR 12, PIPL 56' } as const;
/** PIPL 50: an erasure takes no answer away. */
export const caseUse = {
  casework: { why: 'a request is answered, and its answer read, also after an erasure' },
} as const;

/** Proof that a request was answered, and how. It outlives the account, under a key of its own (LAW-6). */
export const caseFact = {
  subject: 'subjectId',
  source: 'user',
  collectedFor: ['support'],
  purposes: ['casework', 'rights'],
  keep: { max: 'P3Y', from: 'case.closed', min: proof },
  keyClass: 'evidence',
  onErase: { retain: proof },
  export: 'yes',
  edit: {
    no: {
      zh: '申请按提出时的内容答复；如需补充，请在申请页面进行',
      en: 'part of a request that is answered as it was made; add to it on its page',
    },
  },
  log: 'never',
} as const;

export const verifications = ['session', 'step-up', 'contact', 'account', 'officer'] as const;

export const verificationTitles: Readonly<Record<(typeof verifications)[number], LocalisedText>> = {
  session: { zh: '已登录', en: 'logged in' },
  'step-up': { zh: '再次验证', en: 'confirmed again' },
  contact: { zh: '联系方式验证码', en: 'code to the contact' },
  account: { zh: '账户渠道验证码', en: 'code to the account' },
  officer: { zh: '由专员认定', en: 'found by an officer' },
};
export const origins = ['session', 'open-page', 'ticket'] as const;

/** What a requester asked for under the law, and where its answer stands. Without an account a case is its own subject. */
export const cases = privacyTable(
  privacySchema,
  'cases',
  {
    id: plain(text().primaryKey(), randomId),
    subjectId: plain(
      text().notNull(),
      'random identifier: of the person, or of the case itself without an account',
    ),
    /** The account it concerns, once the requester is known to have a right to know. */
    aboutId: personal(text(), {
      subject: 'aboutId',
      title: { zh: '申请所涉账户的编号', en: 'Identifier of the account a request is about' },
      // Not `identity`: an identifier of ours is no value a person could be recognised by.
      category: 'log',
      source: 'service',
      collectedFor: ['support'],
      purposes: ['casework'],
      keep: { max: 'P3Y', from: 'case.closed' },
      keyClass: 'evidence',
      onErase: 'null',
      export: {
        no: {
          zh: '是本平台的内部编号；他人的申请属于他人',
          en: 'an identifier of ours; the request of another person is theirs',
        },
      },
      edit: { no: { zh: '由系统查找得出', en: 'found by the system' } },
      log: 'never',
      clear: 'a random identifier',
    }),
    origin: personal(text({ enum: origins }).notNull(), {
      words: {
        session: { zh: '登录后提出', en: 'filed when logged in' },
        'open-page': { zh: '在公开页面提出', en: 'filed on the open page' },
        ticket: { zh: '由客服转来', en: 'passed on by support' },
      },
      clear: 'one of three words',
      ...caseFact,
      title: { zh: '申请途径', en: 'Where the request was made' },
      source: 'auto',
      category: 'log',
    }),
    type: personal(text({ enum: caseTypeNames }).notNull(), {
      words: caseTypeTitles,
      ...caseFact,
      title: { zh: '申请事项', en: 'What was asked for' },
      category: 'communication',
      clear: 'one of a dozen words, needed to sort the queue',
    }),
    role: personal(text({ enum: caseRoleNames }).notNull(), {
      words: caseRoleTitles,
      clear: 'one of six words',
      ...caseFact,
      title: { zh: '申请人的身份', en: 'In which role it was asked' },
      category: 'identity',
    }),
    state: personal(text({ enum: caseStates }).notNull(), {
      words: stateTitles,
      clear: 'one of nine words, needed to sort the queue',
      ...caseFact,
      title: { zh: '申请状态', en: 'State of the request' },
      source: 'service',
      category: 'log',
    }),
    outcome: personal(text({ enum: caseOutcomes }), {
      words: outcomeTitles,
      clear: 'one of two words',
      ...caseFact,
      title: { zh: '申请结果', en: 'Outcome of the request' },
      source: 'service',
      category: 'log',
    }),
    refusalCode: personal(text(), {
      words: refusalTitles,
      clear: 'the code of a ground',
      ...caseFact,
      title: { zh: '拒绝理由', en: 'Ground of a refusal' },
      source: 'service',
      category: 'log',
    }),
    mergedInto: plain(text(), 'random identifier of another case'),
    language: personal(text({ enum: ['zh', 'en'] }).notNull(), {
      words: textLanguageWords,
      clear: 'one of two words',
      ...caseFact,
      title: { zh: '申请所用语言', en: 'Language of the request' },
      category: 'preference',
    }),
    channel: personal(text({ enum: ['sms', 'mail'] }).notNull(), {
      words: deliveryWords,
      clear: 'one of two words',
      ...caseFact,
      title: { zh: '答复渠道', en: 'Channel of the answer' },
      category: 'log',
    }),
    contact: personal(sealedText().notNull(), {
      ...caseFact,
      title: { zh: '申请人联系方式', en: 'Requester’s contact' },
      category: 'contact',
      to: ['smsProvider', 'mailProvider'],
    }),
    contactIndex: blindIndex(indexText().notNull(), 'contact'),
    name: personal(sealedText(), {
      ...caseFact,
      title: { zh: '申请人姓名', en: 'Requester’s name' },
      category: 'identity',
    }),
    relation: personal(sealedText(), {
      ...caseFact,
      title: { zh: '申请人与本人的关系', en: 'Relation to the person concerned' },
      category: 'identity',
    }),
    account: personal(sealedText(), {
      ...caseFact,
      title: { zh: '申请所涉账户', en: 'The account the request names' },
      category: 'identity',
    }),
    accountIndex: blindIndex(indexText(), 'account'),
    description: personal(sealedText().notNull(), {
      ...caseFact,
      title: { zh: '申请内容', en: 'Text of the request' },
      category: 'communication',
    }),
    verifiedBy: personal(text({ enum: verifications }), {
      words: verificationTitles,
      clear: 'one of five words',
      ...caseFact,
      title: { zh: '身份核验方式', en: 'How your identity was verified' },
      source: 'service',
      category: 'log',
    }),
    accessKeyHash: plain(text(), 'keyed hash of a random secret that opens this case'),
    accessKeyEndsAt: personal(instant(), {
      ...caseFact,
      title: { zh: '申请访问码到期时间', en: 'End of the access code of a request' },
      source: 'service',
      category: 'log',
    }),
    /** Whose time it is counted from; a joined case brings the earlier one. */
    receivedAt: personal(instant().notNull(), {
      ...caseFact,
      title: { zh: '收到申请的时间', en: 'When the request was received' },
      category: 'log',
      source: 'auto',
    }),
    contactConfirmedAt: personal(instant(), {
      ...caseFact,
      title: { zh: '联系方式核验时间', en: 'When the contact was confirmed' },
      source: 'auto',
      category: 'log',
    }),
    accountConfirmedAt: personal(instant(), {
      ...caseFact,
      title: { zh: '账户核验时间', en: 'When the account was confirmed' },
      source: 'auto',
      category: 'log',
    }),
    verifiedAt: personal(instant(), {
      ...caseFact,
      title: { zh: '身份核验时间', en: 'When your identity was verified' },
      source: 'service',
      category: 'log',
    }),
    dueOn: personal(date().notNull(), {
      clear: 'a day, needed to sort the queue',
      ...caseFact,
      title: { zh: '答复期限', en: 'Day the answer is due' },
      source: 'service',
      category: 'log',
    }),
    isProvisional: personal(boolean().notNull(), {
      ...caseFact,
      title: { zh: '答复期限是否待定', en: 'Whether the day is provisional' },
      source: 'service',
      category: 'log',
    }),
    overdueAt: personal(instant(), {
      ...caseFact,
      title: { zh: '申请逾期时间', en: 'When the answer became overdue' },
      source: 'auto',
      category: 'log',
    }),
    closedAt: personal(instant(), {
      ...caseFact,
      title: { zh: '申请结案时间', en: 'When the request ended' },
      source: 'service',
      category: 'log',
    }),
    createdAt: personal(instant().notNull(), {
      ...caseFact,
      title: { zh: '申请建立时间', en: 'When the request was entered' },
      source: 'auto',
      category: 'log',
    }),
  },
  {
    tenant: { none: 'a request belongs to a person, who may have no account' },
    subject: 'subjectId',
    title: { zh: '您的个人信息权利申请', en: 'Your requests and complaints' },
    rows: { keepUntil: proof },
    anchors: { 'case.closed': 'closedAt' },
    access: { casework: ['select', 'insert', 'update'], rights: ['select'] },
    afterErasure: caseUse,
  },
  (table) => [
    index('cases_subject_id_idx').on(table.subjectId, table.id),
    index('cases_about_id_idx').on(table.aboutId, table.id),
    index('cases_contact_index_idx').on(table.contactIndex),
    index('cases_due_on_idx')
      .on(table.dueOn, table.id)
      .where(sql`${table.state} in ('verifying', 'accepted', 'in-progress', 'needs-info')`),
    index('cases_state_due_on_idx').on(table.state, table.dueOn, table.id),
    index('cases_state_type_due_on_idx').on(table.state, table.type, table.dueOn, table.id),
    index('cases_closed_at_idx').on(table.closedAt),
    check('cases_state_check', sql.raw(`"state" in (${quoted(caseStates)})`)),
    check('cases_type_check', sql.raw(`"type" in (${quoted(caseTypeNames)})`)),
    check('cases_role_check', sql.raw(`"role" in (${quoted(caseRoleNames)})`)),
    // A refusal names its ground, an answer its outcome, and what is over says since when: also by hand in psql.
    check('cases_refusal_check', sql`(${table.state} = 'refused') = (${table.refusalCode} is not null)`),
    check('cases_outcome_check', sql`(${table.state} = 'closed') = (${table.outcome} is not null)`),
    check(
      'cases_closed_at_check',
      sql`(${table.state} in ('closed', 'refused', 'withdrawn', 'merged')) = (${table.closedAt} is not null)`,
    ),
  ],
);

/** Words of ours as literals of SQL; none holds a quote. */
export function quoted(words: readonly string[]): string {
  return words.map((word) => `'${word}'`).join(', ');
}
