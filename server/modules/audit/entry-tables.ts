import { sealedJson, sealedText } from '@candor/privacy-engine';
import { sql } from 'drizzle-orm';
import { index, jsonb, pgSchema, text, timestamp } from 'drizzle-orm/pg-core';
import { personal, plain, privacyTable } from '../../declare/policy.ts';

export const auditSchema = pgSchema('audit');

/** Identifiers, numbers and codes, never the value of a person. */
export type AuditDetails = Readonly<Record<string, string | number | boolean | null>>;

const everyWriter = [
  'account',
  'signin',
  'notify',
  'security',
  'billing',
  'settlement',
  '*',
  'operations',
  'rights',
  'casework',
  'erasure',
] as const;

/** CSL 23: the log is kept for security, and gets a line of every act that ends what was begun before the erasure. */
const logUses = {
  security: { why: 'the log of the system is checked as a whole' },
  casework: { why: 'writes down how an open request was answered' },
  settlement: { why: 'writes down how the books were corrected' },
} as const;

/** A reference to a person or to something of theirs. The leaf of the log covers it by a salted digest, so it may end. */
const referenceFact = {
  subject: 'subjectId',
  category: 'log',
  source: 'auto',
  collectedFor: ['security'],
  purposes: everyWriter,
  keep: { max: 'P3Y', from: 'row.createdAt', min: { duration: 'P6M', law: 'CSL 23[3]' } },
  keyClass: 'evidence',
  onErase: 'null',
  edit: { no: { zh: '由系统记录', en: 'recorded by the system' } },
  log: 'never',
  clear: 'identifiers of ours, by which entries are found; no value of a person',
} as const;

const actorFact = {
  ...referenceFact,
  subject: 'actorId',
  export: {
    no: {
      zh: '操作者是您本人，或者是工作人员，后者的编号属于其本人',
      en: 'who acted is you, or staff, whose identifier is theirs',
    },
  },
} as const;

/** The act and its instant stay in the log for ever, and from the end of the references on they have no owner. */
const actFact = {
  ...referenceFact,
  onErase: 'unlink',
  export: 'yes',
} as const;

const saltFact = {
  export: {
    no: { zh: '是用来核对旁边编号的随机数', en: 'random bytes that vouch for the references beside them' },
  },
} as const;

/**
 * What was done, by whom, to what: one row per mutating verb, written in the same transaction. Ids only. The act and
 * its instant stay for ever; by whom and to what ends with the persons, and the log still verifies.
 */
export const auditEntries = privacyTable(
  auditSchema,
  'entries',
  {
    id: plain(text().primaryKey(), 'random identifier'),
    action: personal(text().notNull(), {
      wordList: 'acts',
      ...actFact,
      clear: 'the name of a verb of ours',
      title: { zh: '操作名称', en: 'Name of an action' },
    }),
    actor: personal(text(), {
      ...actorFact,
      title: { zh: '操作者编号', en: 'Identifier of the actor' },
    }),
    /** The person who acted, null where the system did. */
    actorId: personal(text(), {
      ...actorFact,
      title: { zh: '操作者的个人编号', en: 'Identifier of the person who acted' },
    }),
    actorSalt: personal(text(), {
      ...actorFact,
      ...saltFact,
      title: { zh: '操作者摘要的盐值', en: 'Salt of the digest of the actor' },
    }),
    actorDigest: plain(text(), 'salted SHA-256, random once the salt is gone'),
    tenantId: personal(text(), {
      ...referenceFact,
      title: { zh: '操作所属账户的编号', en: 'Identifier of the account of an action' },
      export: 'yes',
    }),
    targetId: personal(text(), {
      ...referenceFact,
      title: { zh: '操作对象的编号', en: 'Identifier of what an action was about' },
      export: 'yes',
    }),
    subjectId: personal(text(), {
      ...referenceFact,
      title: { zh: '操作所涉个人的编号', en: 'Identifier of the person an action concerns' },
      export: { no: { zh: '就是您本人', en: 'it is you' } },
    }),
    requestId: personal(text(), {
      ...referenceFact,
      title: { zh: '操作所属请求的编号', en: 'Identifier of the request of an action' },
      export: 'yes',
    }),
    aboutSalt: personal(text(), {
      ...referenceFact,
      ...saltFact,
      title: { zh: '操作对象摘要的盐值', en: 'Salt of the digest of what an action was about' },
    }),
    aboutDigest: plain(text(), 'salted SHA-256, random once the salt is gone'),
    details: plain(
      jsonb().$type<AuditDetails>(),
      'only of an act that concerns no person, and keyed hashes: all else is sealed in entry_details',
    ),
    sealedDigest: plain(text(), 'SHA-256 of the sealed details, so that they can go and the log stays whole'),
    createdAt: personal(timestamp({ withTimezone: true }).notNull(), {
      ...actFact,
      title: { zh: '操作时间', en: 'Time of an action' },
    }),
  },
  {
    tenant: 'tenantId',
    subject: 'subjectId',
    title: { zh: '操作记录', en: 'Record of actions' },
    rows: 'keep-unlinked',
    immutable: 'references-end',
    access: {
      account: ['insert', 'select'],
      signin: ['insert'],
      notify: ['insert'],
      security: ['insert', 'select'],
      billing: ['insert'],
      settlement: ['insert'],
      '*': ['insert'],
      operations: ['insert', 'select'],
      rights: ['insert', 'select'],
      casework: ['insert'],
      erasure: ['insert'],
    },
    afterErasure: logUses,
  },
  (table) => [
    index('entries_subject_id_idx').on(table.subjectId, table.id),
    index('entries_actor_id_idx').on(table.actorId, table.id),
    index('entries_vault_marks_idx')
      .on(table.id)
      .where(sql`${table.action} = 'vault.marked'`),
    index('entries_tenant_id_created_at_idx').on(table.tenantId, table.createdAt, table.id),
    index('entries_created_at_idx').on(table.createdAt, table.id),
    index('entries_actor_created_at_idx').on(table.actor, table.createdAt, table.id),
    index('entries_action_created_at_idx').on(table.action, table.createdAt, table.id),
    index('entries_target_id_created_at_idx').on(table.targetId, table.createdAt, table.id),
  ],
);

/** How long details of entries and records of staff that looked are kept. */
export const evidenceTerm = 'P3Y';

const evidenceFact = {
  subject: 'subjectId',
  category: 'log',
  collectedFor: ['security'],
  keep: { max: evidenceTerm, from: 'row.createdAt', min: { duration: 'P6M', law: 'CSL 23[3]' } },
  keyClass: 'evidence',
  onErase: { retain: { duration: 'P6M', law: 'CSL 23[3]' } },
  export: 'yes',
  edit: { no: { zh: '由系统记录', en: 'recorded by the system' } },
  log: 'never',
} as const;

const detailWriters = [
  'security',
  'account',
  'signin',
  'notify',
  'billing',
  'settlement',
  '*',
  'operations',
  'casework',
  'rights',
] as const;

/** The details of entries about a person, under the person's key. They have an end; the entry and the log do not. */
export const entryDetails = privacyTable(
  auditSchema,
  'entry_details',
  {
    entryId: plain(text().primaryKey(), 'random identifier'),
    tenantId: plain(text(), 'random identifier'),
    subjectId: plain(text().notNull(), 'random identifier of the person'),
    details: personal(sealedJson<AuditDetails>().notNull(), {
      ...evidenceFact,
      title: { zh: '操作记录的细节', en: 'Details of the record of actions' },
      source: 'auto',
      purposes: detailWriters,
    }),
    createdAt: personal(timestamp({ withTimezone: true }).notNull(), {
      ...evidenceFact,
      title: { zh: '操作细节的记录时间', en: 'Time of the details of an action' },
      source: 'auto',
      purposes: detailWriters,
    }),
  },
  {
    tenant: 'tenantId',
    subject: 'subjectId',
    title: { zh: '操作记录的细节', en: 'Details of the record of actions' },
    rows: { keepUntil: { duration: 'P6M', law: 'CSL 23[3]' } },
    access: {
      account: ['insert', 'select'],
      signin: ['insert'],
      notify: ['insert'],
      security: ['insert', 'select'],
      billing: ['insert'],
      settlement: ['insert'],
      '*': ['insert'],
      operations: ['insert'],
      casework: ['insert'],
      rights: ['insert', 'select'],
    },
    afterErasure: logUses,
  },
  (table) => [
    index('entry_details_subject_id_idx').on(table.subjectId, table.entryId),
    index('entry_details_created_at_idx').on(table.createdAt),
  ],
);

const lookFact = {
  ...evidenceFact,
  source: 'service',
  purposes: ['security', 'notify', 'operations', 'casework', 'settlement', 'rights'],
} as const;

/** Who of the staff looked at a person's data, at what and why. The person reads it, the staff does not. */
export const staffReads = privacyTable(
  auditSchema,
  'staff_reads',
  {
    id: plain(text().primaryKey(), 'random identifier'),
    tenantId: plain(text(), 'random identifier'),
    subjectId: plain(text().notNull(), 'random identifier of the person'),
    staffId: plain(text().notNull(), 'random identifier of the reader'),
    what: personal(text().array().notNull(), {
      ...lookFact,
      clear: 'names of our tables and columns',
      title: { zh: '工作人员查看了哪些信息', en: 'What staff looked at' },
    }),
    reason: personal(sealedText().notNull(), {
      ...lookFact,
      title: { zh: '工作人员查看您的信息的理由', en: 'Why staff looked at your data' },
    }),
    caseId: plain(text(), 'random identifier of a case'),
    requestId: plain(text().notNull(), 'random identifier of a request of the staff'),
    createdAt: personal(timestamp({ withTimezone: true }).notNull(), {
      ...lookFact,
      title: { zh: '工作人员查看的时间', en: 'When staff looked' },
    }),
  },
  {
    tenant: 'tenantId',
    subject: 'subjectId',
    title: { zh: '工作人员查看记录', en: 'Who of the staff looked' },
    rows: { keepUntil: { duration: 'P6M', law: 'CSL 23[3]' } },
    access: {
      // Compares them with the log.
      security: ['insert', 'select'],
      notify: ['insert'],
      operations: ['insert'],
      casework: ['insert'],
      settlement: ['insert'],
      rights: ['select'],
    },
    afterErasure: logUses,
  },
  (table) => [
    index('staff_reads_subject_id_idx').on(table.subjectId, table.id),
    index('staff_reads_created_at_idx').on(table.createdAt),
  ],
);
