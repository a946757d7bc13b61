import { sql } from 'drizzle-orm';
import { check, text, timestamp } from 'drizzle-orm/pg-core';
import { personal, plain, privacyTable } from '../../declare/policy.ts';
import { privacySchema } from './privacy-schema.ts';

const restrictionFact = {
  subject: 'subjectId',
  category: 'preference',
  source: 'user',
  collectedFor: ['support'],
  purposes: ['rights', 'casework', 'settlement', 'security', 'erasure'],
  keep: { max: 'P0D', from: 'account.closed' },
  keyClass: 'core',
  onErase: 'delete-row',
  export: 'yes',
  edit: { no: { zh: '请在隐私页面解除限制', en: 'lift the restriction on your privacy page instead' } },
  log: 'never',
} as const;

/**
 * Persons whose data rest: because they asked to stop what the law or the contract does not require (PIPL 44), or
 * because they were erased and only what a law makes us keep is left (PIPL 47).
 */
export const restrictions = privacyTable(
  privacySchema,
  'restrictions',
  {
    subjectId: plain(text().primaryKey(), 'random identifier of the person'),
    kind: personal(
      text({ enum: ['requested', 'erased'] })
        .notNull()
        .default('requested'),
      {
        words: {
          requested: { zh: '应您的要求', en: 'at your request' },
          erased: { zh: '因注销', en: 'because of an erasure' },
        },
        ...restrictionFact,
        clear: 'one of two words, which row policies compare inside the database',
        title: { zh: '处理受限的原因', en: 'Why the processing is restricted' },
      },
    ),
    createdAt: personal(timestamp({ withTimezone: true }).notNull(), {
      ...restrictionFact,
      source: 'auto',
      title: { zh: '处理受限的起始时间', en: 'Since when the processing is restricted' },
    }),
  },
  {
    tenant: { none: 'a restriction belongs to a person, not to the paying account' },
    subject: 'subjectId',
    title: { zh: '您对处理的限制', en: 'Your restriction of the processing' },
    rows: 'delete',
    // Every purpose that a restriction stops may look here, because its row policies do. Writers of batches look here,
    // so that they write nothing about the erased.
    access: {
      rights: ['select', 'insert', 'delete'],
      casework: ['select'],
      settlement: ['select'],
      security: ['select'],
      erasure: ['insert', 'update'],
    },
  },
  (table) => [check('restrictions_kind_check', sql`${table.kind} in ('requested', 'erased')`)],
);
