import { sealedJson, sealedText } from '@candor/privacy';
import { index, jsonb, pgSchema, text, timestamp } from 'drizzle-orm/pg-core';
import { personal, plain, privacyTable } from '../../policy.ts';

export const auditSchema = pgSchema('audit');

/** Identifiers, numbers and codes, never the value of a person. */
export type AuditDetails = Readonly<Record<string, string | number | boolean | null>>;

/** What was done, by whom, to what: one row per mutating verb, written in the same transaction. Ids only. */
export const auditEntries = privacyTable(
  auditSchema,
  'entries',
  {
    id: plain(text().primaryKey(), 'random identifier'),
    tenantId: plain(text(), 'random identifier'),
    actor: plain(text().notNull(), 'kind and random identifier'),
    action: plain(text().notNull(), 'name of the verb'),
    targetId: plain(text(), 'random identifier'),
    subjectId: plain(text(), 'random identifier of the person it concerns'),
    details: plain(
      jsonb().$type<AuditDetails>(),
      'identifiers, numbers and codes of an act that concerns no person; else they are sealed in entry_details',
    ),
    sealedDigest: plain(text(), 'SHA-256 of the sealed details, so that they can go and the log stays whole'),
    requestId: plain(text().notNull(), 'random identifier'),
    createdAt: plain(timestamp({ withTimezone: true }).notNull()),
  },
  {
    tenant: 'tenantId',
    rows: { notPersonal: 'identifiers only; the person behind an identifier goes with the person' },
    immutable: true,
    access: {
      account: ['insert', 'select'],
      signin: ['insert'],
      notify: ['insert'],
      security: ['insert', 'select'],
      billing: ['insert'],
      settlement: ['insert'],
      inference: ['insert'],
      operations: ['insert', 'select'],
      rights: ['insert'],
      casework: ['insert'],
      erasure: ['insert'],
    },
  },
  (table) => [index('entries_tenant_id_created_at_idx').on(table.tenantId, table.createdAt.desc(), table.id)],
);

const evidenceFact = {
  subject: 'subjectId',
  category: 'log',
  collectedFor: ['security'],
  keep: { max: 'P3Y', from: 'row.createdAt', min: { duration: 'P6M', law: 'CSL 23[3]' } },
  keyClass: 'evidence',
  onErase: { retain: { duration: 'P6M', law: 'CSL 23[3]' } },
  export: 'yes',
  edit: { no: 'recorded by the system' },
  log: 'never',
} as const;

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
      purposes: [
        'security',
        'account',
        'signin',
        'notify',
        'billing',
        'settlement',
        'inference',
        'operations',
        'casework',
        'rights',
      ],
    }),
    createdAt: plain(timestamp({ withTimezone: true }).notNull()),
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
      inference: ['insert'],
      operations: ['insert'],
      casework: ['insert'],
      rights: ['insert', 'select'],
    },
  },
  (table) => [
    index('entry_details_subject_id_idx').on(table.subjectId, table.entryId),
    index('entry_details_created_at_idx').on(table.createdAt),
  ],
);

/** Who of the staff looked at a person's data, at what and why. The person reads it, the staff does not. */
export const staffReads = privacyTable(
  auditSchema,
  'staff_reads',
  {
    id: plain(text().primaryKey(), 'random identifier'),
    tenantId: plain(text(), 'random identifier'),
    subjectId: plain(text().notNull(), 'random identifier of the person'),
    staffId: plain(text().notNull(), 'random identifier of who looked'),
    what: plain(text().array().notNull(), 'names of our tables and columns'),
    reason: personal(sealedText().notNull(), {
      ...evidenceFact,
      title: { zh: '工作人员查看您的信息的理由', en: 'Why staff looked at your data' },
      source: 'service',
      purposes: ['security', 'notify', 'operations', 'casework', 'rights'],
    }),
    caseId: plain(text(), 'random identifier of a case'),
    requestId: plain(text().notNull(), 'random identifier'),
    createdAt: plain(timestamp({ withTimezone: true }).notNull()),
  },
  {
    tenant: 'tenantId',
    subject: 'subjectId',
    title: { zh: '工作人员查看记录', en: 'Who of the staff looked' },
    rows: { keepUntil: { duration: 'P6M', law: 'CSL 23[3]' } },
    access: {
      security: ['insert'],
      notify: ['insert'],
      operations: ['insert'],
      casework: ['insert'],
      rights: ['select'],
    },
  },
  (table) => [
    index('staff_reads_subject_id_idx').on(table.subjectId, table.id),
    index('staff_reads_created_at_idx').on(table.createdAt),
  ],
);
