import type { DestructionProof, ErasurePlan, Residue } from '@candor/privacy-engine';
import { sql } from 'drizzle-orm';
import { check, index, integer, jsonb, primaryKey, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core';
import { plain, privacyTable } from '../../../declare/policy.ts';
import { privacySchema } from '../privacy-schema.ts';
import { erasureStates } from './states.ts';

const instant = () => timestamp({ withTimezone: true });
const randomId = 'random identifier';

/** What has been done so far; goes into the certificate. Numbers, names of ours and times. */
export interface ErasureEvidence {
  readonly keys?: readonly KeyEvidence[];
  readonly vacuum?: { readonly at: string; readonly tables: number } | { readonly skipped: string };
  readonly probe?: ProbeEvidence;
  readonly consentsUnlinked?: number;
  /** Entry of the audit log that says the search found nothing. */
  readonly provedBy?: string;
  /** Columns with a cell that could not be read, so what stood in it is not looked for. */
  readonly unreadable?: readonly string[];
}

export interface KeyEvidence {
  readonly keyClass: string;
  readonly proof: DestructionProof;
}

export interface ProbeEvidence {
  readonly at: string;
  readonly identifiers: number;
  readonly places: number;
  readonly columns: number;
  /** What could not be looked at, and why. */
  readonly unseen: readonly string[];
}

export const erasureOrigins = ['person', 'case', 'restored'] as const;

/**
 * Erasures under way and their certificates. The person is named only while it runs; what stays has no instant finer
 * than a month, no count and no plan, so that it is found next to no person's rows.
 */
export const erasures = privacyTable(
  privacySchema,
  'erasures',
  {
    id: plain(text().primaryKey(), randomId),
    /** Null at the end: who was erased must not live on in the eraser. */
    subjectId: plain(text(), 'random identifier of the person, null at the end'),
    tenantId: plain(text(), 'random identifier, null at the end'),
    state: plain(text({ enum: erasureStates as [string, ...string[]] }).notNull(), 'one of a few words'),
    origin: plain(text({ enum: erasureOrigins }).notNull(), 'one of three words'),
    ground: plain(text().notNull(), 'code of a ground of deletion'),
    caseId: plain(text(), randomId),
    promiseHash: plain(text(), 'hash of what the person was shown, null at the end'),
    planHash: plain(text(), 'hash of a plan, null at the end'),
    plan: plain(jsonb().$type<ErasurePlan>(), 'names of our tables and columns, numbers, laws and dates'),
    referenceHash: plain(text(), 'hash of a random secret that only the person has'),
    /** Seals the certificate, and is forgotten with the person: from then on only they can open it. */
    sealedReference: plain(text(), 'sealed under a key of its own, which is destroyed at the end'),
    probeSet: plain(text(), 'sealed under a key of its own, which is destroyed with it'),
    evidence: plain(jsonb().$type<ErasureEvidence>().notNull(), 'numbers, names of ours and times'),
    residue: plain(jsonb().$type<readonly Residue[]>(), 'names of our tables and columns, and numbers'),
    failedIn: plain(text(), 'one of a few words'),
    plansMade: plain(integer().notNull()),
    /** How often it ended with something left. */
    failures: plain(integer().notNull().default(0)),
    backupDays: plain(integer().notNull()),
    certificate: plain(text(), 'signed statement, sealed with the reference that only the person has'),
    closedAt: plain(instant()),
    certifiedAt: plain(instant()),
    createdAt: plain(instant().notNull()),
    updatedAt: plain(instant().notNull()),
  },
  {
    tenant: { none: 'of a person who is leaving' },
    rows: { notPersonal: 'of a person only while it runs; afterwards numbers and names of tables' },
    access: { erasure: ['select', 'insert', 'update'], operations: ['select'] },
  },
  (table) => [
    uniqueIndex('erasures_reference_hash_key').on(table.referenceHash),
    // One erasure of a person at a time, whatever the code above believes.
    uniqueIndex('erasures_subject_id_key').on(table.subjectId),
    index('erasures_created_at_id_idx').on(table.createdAt, table.id),
    index('erasures_state_idx').on(table.state, table.createdAt, table.id),
    index('erasures_unfinished_idx')
      .on(table.updatedAt)
      .where(sql`${table.state} not in ('certified', 'failed')`),
    check('erasures_certified_check', sql.raw(`"state" <> 'certified' or "certificate" is not null`)),
    check(
      'erasures_forgotten_check',
      sql.raw(
        `"state" <> 'certified' or (coalesce("subject_id", "tenant_id", "case_id", "promise_hash", "plan_hash", "plan"::text, "sealed_reference", "probe_set") is null)`,
      ),
    ),
  ],
);

/** Pending notifications of places outside the declared tables: written in the transaction that erased. */
export const erasureSinks = privacyTable(
  privacySchema,
  'erasure_sinks',
  {
    erasureId: plain(
      text()
        .notNull()
        .references(() => erasures.id),
      randomId,
    ),
    sink: plain(text().notNull(), 'name of a place of ours'),
    erasedAt: plain(instant()),
    probedAt: plain(instant()),
    note: plain(text(), 'what a sink says about itself, the same for everybody'),
  },
  {
    tenant: { none: 'of a person who is leaving' },
    rows: { notPersonal: 'names of places and times' },
    access: { erasure: ['select', 'insert', 'update', 'delete'], operations: ['select'] },
  },
  (table) => [primaryKey({ name: 'erasure_sinks_pkey', columns: [table.erasureId, table.sink] })],
);
