import { indexText, sealedText } from '@candor/privacy';
import { sql } from 'drizzle-orm';
import { boolean, check, date, index, integer, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core';
import { blindIndex, personal, plain, privacyTable } from '../../../policy.ts';
import { privacySchema } from '../privacy-schema.ts';
import { letterKinds } from './letters.ts';
import { caseRoleNames, caseTypeNames } from './request-kinds.ts';
import { caseOutcomes, caseStates } from './states.ts';

const instant = () => timestamp({ withTimezone: true });
const randomId = 'random identifier';
const proof = { duration: 'P3Y', law: 'NDSR 12, PIPL 56' } as const;
/** PIPL 50: an erasure takes nobody's answer away. */
const caseUse = {
  casework: { why: 'a request is answered, and its answer read, also after an erasure' },
} as const;

/** Proof that a request was answered, and how. It outlives the account, under a key of its own (LAW-6). */
const caseFact = {
  subject: 'subjectId',
  source: 'user',
  collectedFor: ['support'],
  purposes: ['casework', 'rights'],
  keep: { max: 'P3Y', from: 'case.closed', min: proof },
  keyClass: 'evidence',
  onErase: { retain: proof },
  export: 'yes',
  edit: { no: 'part of a request that is answered as it was made; add to it on its page' },
  log: 'never',
} as const;

export const verifications = ['session', 'step-up', 'contact', 'account', 'officer'] as const;
export const origins = ['session', 'open-page', 'ticket'] as const;

/** What somebody asked for under the law, and where its answer stands. Without an account a case is its own subject. */
export const cases = privacyTable(
  privacySchema,
  'cases',
  {
    id: plain(text().primaryKey(), randomId),
    subjectId: plain(
      text().notNull(),
      'random identifier: of the person, or of the case itself for who has no account',
    ),
    /** The account it concerns, once somebody is known to have a right to know. */
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
      export: { no: 'an identifier of ours; the request of somebody else is theirs' },
      edit: { no: 'found by the system' },
      log: 'never',
      clear: 'a random identifier',
    }),
    origin: plain(text({ enum: origins }).notNull(), 'one of three words'),
    type: personal(text({ enum: caseTypeNames }).notNull(), {
      ...caseFact,
      title: { zh: '申请事项', en: 'What was asked for' },
      category: 'communication',
      clear: 'one of a dozen words, needed to sort the queue',
    }),
    role: plain(text({ enum: caseRoleNames }).notNull(), 'one of six words'),
    state: plain(text({ enum: caseStates }).notNull(), 'one of nine words'),
    outcome: plain(text({ enum: caseOutcomes }), 'one of two words'),
    refusalCode: plain(text(), 'code of a ground of refusal'),
    mergedInto: plain(text(), 'random identifier of another case'),
    language: plain(text({ enum: ['zh', 'en'] }).notNull(), 'one of two words'),
    channel: plain(text({ enum: ['sms', 'mail'] }).notNull(), 'one of two words'),
    contact: personal(sealedText().notNull(), {
      ...caseFact,
      title: { zh: '申请人联系方式', en: 'How to reach who asked' },
      category: 'contact',
      to: ['smsProvider', 'mailProvider'],
    }),
    contactIndex: blindIndex(indexText().notNull(), 'contact'),
    name: personal(sealedText(), {
      ...caseFact,
      title: { zh: '申请人姓名', en: 'Name of who asked' },
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
    verifiedBy: plain(text({ enum: verifications }), 'one of five words'),
    accessKeyHash: plain(text(), 'keyed hash of a random secret that opens this case'),
    accessKeyEndsAt: plain(instant()),
    /** Whose time it is counted from; a joined case brings the earlier one. */
    receivedAt: personal(instant().notNull(), {
      ...caseFact,
      title: { zh: '收到申请的时间', en: 'When the request was received' },
      category: 'log',
      source: 'auto',
    }),
    contactConfirmedAt: plain(instant()),
    accountConfirmedAt: plain(instant()),
    verifiedAt: plain(instant()),
    dueOn: plain(date().notNull(), 'a day'),
    isProvisional: plain(boolean().notNull()),
    overdueAt: plain(instant()),
    closedAt: plain(instant()),
    createdAt: plain(instant().notNull()),
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

export const stepKinds = [
  'filed',
  'contact-confirmed',
  'account-confirmed',
  'matched',
  'accepted',
  'asked',
  'answered',
  'decided',
  'erasure-started',
  'closed',
  'refused',
  'withdrawn',
  'merged',
  'joined',
  'overdue',
  'letter',
  'note',
] as const;

/** Everything that happened in a case. No purpose of the application can change or delete a line of it. */
export const caseSteps = privacyTable(
  privacySchema,
  'case_steps',
  {
    id: plain(text().primaryKey(), randomId),
    caseId: plain(
      text()
        .notNull()
        .references(() => cases.id),
      randomId,
    ),
    subjectId: plain(text().notNull(), randomId),
    kind: plain(text({ enum: stepKinds }).notNull(), 'one of a few words'),
    by: plain(text({ enum: ['person', 'officer', 'system'] }).notNull(), 'one of three words'),
    actorId: plain(text(), 'random identifier of the officer'),
    toState: plain(text({ enum: caseStates }), 'one of nine words, null when the state stays'),
    letterKind: plain(text({ enum: letterKinds }), 'one of eight words'),
    code: plain(text(), 'code of a ground, a way of verifying, or another case'),
    text: personal(sealedText(), {
      ...caseFact,
      title: { zh: '申请往来文字', en: 'Letters and statements of a request' },
      category: 'communication',
      source: 'service',
    }),
    note: personal(sealedText(), {
      ...caseFact,
      title: { zh: '经办人工作记录', en: 'Working notes of the officer' },
      category: 'communication',
      source: 'service',
      purposes: ['casework'],
      export: { no: 'how the answer was worked out; the answer and its reasons are in the letters' },
    }),
    createdAt: personal(instant().notNull(), {
      ...caseFact,
      title: { zh: '申请进展时间', en: 'Time of a step of a request' },
      category: 'log',
      source: 'auto',
    }),
    /** Set by the watch over the terms, under the purpose that also deletes the line: no other may change one. */
    caseClosedAt: personal(instant(), {
      ...caseFact,
      title: { zh: '申请办结时间', en: 'When the request was closed' },
      category: 'log',
      source: 'auto',
    }),
  },
  {
    tenant: { none: 'a request belongs to a person, who may have no account' },
    subject: 'subjectId',
    title: { zh: '您的申请的进展', en: 'Steps of your requests' },
    rows: { keepUntil: proof },
    anchors: { 'case.closed': 'caseClosedAt' },
    access: { casework: ['select', 'insert'], rights: ['select'] },
    afterErasure: caseUse,
  },
  (table) => [
    index('case_steps_case_id_idx').on(table.caseId, table.id),
    index('case_steps_subject_id_idx').on(table.subjectId, table.id),
    index('case_steps_case_closed_at_idx').on(table.caseClosedAt),
    check('case_steps_kind_check', sql.raw(`"kind" in (${quoted(stepKinds)})`)),
    check('case_steps_by_check', sql`${table.by} in ('person', 'officer', 'system')`),
  ],
);

const codeFact = {
  subject: 'subjectId',
  category: 'credential',
  source: 'auto',
  collectedFor: ['support'],
  purposes: ['casework'],
  keep: { max: 'PT30M', from: 'row.createdAt' },
  keyClass: 'core',
  onErase: 'delete-row',
  export: { no: 'a stored credential would let whoever reads the export act as the person' },
  edit: { no: 'made by the system' },
  log: 'never',
} as const;

/** Codes that prove who holds a contact or an account: one per case and channel, hashed, for half an hour. */
export const caseCodes = privacyTable(
  privacySchema,
  'case_codes',
  {
    id: plain(text().primaryKey(), randomId),
    caseId: plain(
      text()
        .notNull()
        .references(() => cases.id),
      randomId,
    ),
    subjectId: plain(text().notNull(), randomId),
    use: plain(text({ enum: ['contact', 'account'] }).notNull(), 'one of two words'),
    codeHash: personal(text().notNull(), {
      ...codeFact,
      title: { zh: '申请验证码（仅存散列）', en: 'Code of a request (only its hash)' },
      clear: 'a keyed hash of six random digits, worthless after half an hour',
    }),
    attempts: plain(integer().notNull()),
    createdAt: plain(instant().notNull()),
    expiresAt: plain(instant().notNull()),
  },
  {
    tenant: { none: 'a request belongs to a person, who may have no account' },
    subject: 'subjectId',
    title: { zh: '申请验证码', en: 'Codes of requests' },
    rows: 'delete',
    access: { casework: ['select', 'insert', 'update', 'delete'], rights: ['select'] },
    afterErasure: caseUse,
  },
  (table) => [
    uniqueIndex('case_codes_case_id_use_unique_idx').on(table.caseId, table.use),
    index('case_codes_subject_id_idx').on(table.subjectId, table.id),
    index('case_codes_expires_at_idx').on(table.expiresAt),
    index('case_codes_created_at_idx').on(table.createdAt),
    check('case_codes_use_check', sql`${table.use} in ('contact', 'account')`),
  ],
);

/** Words of ours as literals of SQL; none holds a quote. */
function quoted(words: readonly string[]): string {
  return words.map((word) => `'${word}'`).join(', ');
}
