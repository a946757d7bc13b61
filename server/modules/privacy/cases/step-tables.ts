import { sealedText } from '@candor/privacy-engine';
import { sql } from 'drizzle-orm';
import { check, index, integer, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { personal, plain, privacyTable } from '../../../declare/policy.ts';
import { privacySchema } from '../privacy-schema.ts';
import { letterTitles, letterKinds } from './letters.ts';
import { refusalTitles } from './refusal-grounds.ts';
import { caseTypeTitles } from './request-kinds.ts';
import { outcomeTitles, stateTitles, caseStates } from './states.ts';
import { caseFact, cases, caseUse, instant, proof, quoted, randomId, verificationTitles } from './tables.ts';
import { stepTitles } from './step-titles.ts';

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
    kind: personal(text({ enum: stepKinds }).notNull(), {
      words: stepTitles,
      clear: 'one of a few words',
      ...caseFact,
      title: { zh: '申请进展', en: 'Step of a request' },
      source: 'service',
      category: 'log',
    }),
    by: personal(text({ enum: ['person', 'officer', 'system'] }).notNull(), {
      words: {
        person: { zh: '本人', en: 'the person' },
        officer: { zh: '专员', en: 'an officer' },
        system: { zh: '系统', en: 'the system' },
      },
      clear: 'one of three words',
      ...caseFact,
      title: { zh: '申请进展由谁作出', en: 'Who took a step of a request' },
      source: 'service',
      category: 'log',
    }),
    actorId: plain(text(), 'random identifier of the officer who acted'),
    toState: personal(text({ enum: caseStates }), {
      words: stateTitles,
      clear: 'one of nine words',
      ...caseFact,
      title: { zh: '申请进展后的状态', en: 'State after a step of a request' },
      source: 'service',
      category: 'log',
    }),
    letterKind: personal(text({ enum: letterKinds }), {
      words: letterTitles,
      clear: 'one of eight words',
      ...caseFact,
      title: { zh: '申请往来信函的种类', en: 'Kind of a letter of a request' },
      source: 'service',
      category: 'log',
    }),
    code: personal(text(), {
      words: { ...caseTypeTitles, ...verificationTitles, ...outcomeTitles, ...refusalTitles },
      clear: 'code of a ground, a way of verifying, or another case',
      ...caseFact,
      title: { zh: '申请进展的代码', en: 'Code of a step of a request' },
      source: 'service',
      category: 'log',
    }),
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
      export: {
        no: {
          zh: '是办理过程的记录；答复及其理由都在信件里',
          en: 'how the answer was worked out; the answer and its reasons are in the letters',
        },
      },
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
  export: {
    no: {
      zh: '取得凭证的散列，就可能冒用您的身份，因此不放入副本',
      en: 'a stored credential would let a reader of the export act as the person',
    },
  },
  edit: { no: { zh: '由系统生成', en: 'made by the system' } },
  log: 'never',
} as const;

/** What the sending of a code tells: given to the person, unlike the code. */
const codeRequestFact = {
  ...codeFact,
  category: 'log',
  purposes: ['casework', 'rights'],
  export: 'yes',
  edit: { no: { zh: '由系统记录', en: 'recorded by the system' } },
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
    use: personal(text({ enum: ['contact', 'account'] }).notNull(), {
      words: {
        contact: { zh: '确认联系方式', en: 'to confirm the contact' },
        account: { zh: '确认所涉账户', en: 'to confirm the account' },
      },
      clear: 'one of two words',
      ...codeRequestFact,
      title: { zh: '申请验证码的用途', en: 'What a code of a request was for' },
    }),
    codeHash: personal(text().notNull(), {
      ...codeFact,
      title: { zh: '申请验证码（仅存散列）', en: 'Code of a request (only its hash)' },
      clear: 'a keyed hash of six random digits, worthless after half an hour',
    }),
    attempts: personal(integer().notNull(), {
      ...codeRequestFact,
      title: { zh: '申请验证码输错次数', en: 'Wrong tries of a code of a request' },
    }),
    createdAt: personal(instant().notNull(), {
      ...codeRequestFact,
      title: { zh: '发送申请验证码的时间', en: 'Time a code of a request was sent' },
    }),
    expiresAt: personal(instant().notNull(), {
      ...codeRequestFact,
      title: { zh: '申请验证码失效时间', en: 'End of a code of a request' },
    }),
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
