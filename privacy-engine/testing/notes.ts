import { index, pgSchema, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';
import { createPrivacy } from '../declare.ts';
import { definePurposes, defineRecipients } from '../define-policy.ts';
import { findContradictions } from '../find-contradictions.ts';
import { describeTable } from '../registry.ts';

export const said = { zh: '示例', en: 'Example' };
const facts = { essential: true, text: said, duringRestriction: 'continues' } as const;
const consent = { title: said, method: said, extent: said, until: said, refusal: said };
export const law = { duration: 'P3Y', law: 'Some Law 7' } as const;

/** Purposes of every scope and basis that a contradiction can be about. */
export function notesVocabulary() {
  return createPrivacy({
    purposes: definePurposes({
      work: { ...facts, basis: 'contract', scope: 'platform' },
      tenants: { ...facts, basis: 'contract', scope: 'tenant' },
      own: { ...facts, basis: 'contract', scope: 'subject', engine: 'export' },
      letters: { ...facts, basis: 'consent', scope: 'platform', duringRestriction: 'stops', consent },
      checks: { ...facts, basis: 'separate-consent', scope: 'platform', consent },
    }),
    recipients: defineRecipients({}),
    services: { reading: said },
    anchors: { 'row.createdAt': said, 'account.closed': said, 'case.closed': said },
  });
}

export type Privacy = ReturnType<typeof notesVocabulary>;
export interface Declared {
  /** Columns beside the id, the owner and `createdAt`; null takes one of those away. */
  readonly columns?: Record<string, unknown>;
  readonly rule?: Record<string, unknown>;
  readonly keys?: 'by owner' | 'none' | 'composed' | 'by date too';
}

const ofOwner = {
  title: said,
  subject: 'ownerId',
  category: 'content',
  source: 'user',
  collectedFor: ['reading'],
  purposes: ['work', 'own'],
  keep: { max: 'P90D', from: 'row.createdAt' },
  keyClass: 'content',
  onErase: 'delete-row',
  export: 'yes',
  edit: 'self',
  log: 'never',
  clear: 'an example without keys',
};

/** A datum of a table of notes, with what a case says otherwise. */
export const datum = (privacy: Privacy, changes: object = {}, builder: object = text()) =>
  // Guarantee: these are the declarations that the compiler would refuse, or lets through.
  privacy.personal(builder as never, { ...ofOwner, ...changes } as never);

/** A table of notes of persons, complete and without contradiction but for what is declared otherwise. */
export function notesOf(privacy: Privacy, { columns = {}, rule = {}, keys = 'by owner' }: Declared) {
  const id = text();
  const base: Record<string, unknown> = {
    id: privacy.plain(keys === 'composed' ? id : id.primaryKey(), 'random identifier'),
    ownerId: privacy.plain(text(), 'random identifier'),
    note: datum(privacy),
    createdAt: privacy.plain(timestamp({ withTimezone: true }), 'anchor of the term'),
    ...columns,
  };
  const kept = Object.fromEntries(Object.entries(base).filter(([, column]) => column !== null));
  privacy.privacyTable(
    pgSchema('shop'),
    'notes',
    kept as never,
    {
      tenant: { none: 'an example' },
      subject: 'ownerId',
      title: said,
      rows: 'delete',
      access: { work: ['select', 'insert'], own: ['select'] },
      ...rule,
    } as never,
    (table: Record<string, never>) => {
      const owner = table['ownerId'] ?? table['createdAt'];
      if (keys === 'none' || owner === undefined) return [];
      const both = [table['id'], owner] as unknown as [never, never];
      if (keys === 'composed') return [primaryKey({ columns: both }), index().on(owner)];
      const byOwner = index().on(owner, table['id'] as never);
      return keys === 'by date too' ? [byOwner, index().on(table['createdAt'] as never)] : [byOwner];
    },
  );
  const [declared] = privacy.declaredTables();
  if (declared === undefined) throw new Error('nothing was declared');
  return describeTable(declared);
}

/** What is wrong with a table, without its name. */
export function problemsOf(declare: (privacy: Privacy) => Declared): string[] {
  const privacy = notesVocabulary();
  const found = findContradictions(notesOf(privacy, declare(privacy)), privacy.vocabulary);
  return found.map((problem) => problem.replace(/^shop\.notes(\.|: )/, ''));
}
