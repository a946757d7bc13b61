// The words in which the tables of the example club are declared.
import { createPrivacy, definePurposes, defineRecipients } from '@candor/privacy-engine';
import { type AnyPgColumn, index, pgSchema, text, timestamp } from 'drizzle-orm/pg-core';

export const said = { zh: '示例', en: 'Example' };
const facts = { essential: true, text: said, scope: 'platform', duringRestriction: 'continues' } as const;
export const common = {
  title: said,
  subject: 'memberId',
  category: 'identity',
  source: 'user',
  collectedFor: ['sailing'],
  purposes: ['work'],
  keep: { max: 'P0D', from: 'account.closed' },
  keyClass: 'core',
  export: 'yes',
  edit: 'self',
  log: 'never',
} as const;
export const clear = { clear: 'an example without keys' } as const;
export const access = { work: ['select'] } as const;
export const ofMember = { tenant: { none: 'an example' }, subject: 'memberId', title: said, access } as const;
export const month = { max: 'P30D', from: 'row.createdAt' } as const;

export function clubVocabulary() {
  const privacy = createPrivacy({
    purposes: definePurposes({
      work: { ...facts, basis: 'contract' },
      erasing: { ...facts, basis: 'legal-obligation', engine: 'erasure' },
    }),
    recipients: defineRecipients({}),
    services: { sailing: said },
    anchors: { 'row.createdAt': said, 'account.closed': said, 'case.closed': said },
  });
  const { plain } = privacy;
  return {
    privacy,
    schema: pgSchema('club'),
    id: () => plain(text().primaryKey(), 'random identifier'),
    named: () => plain(text(), 'random identifier'),
    at: () => plain(timestamp({ withTimezone: true }).notNull(), 'anchor of the term'),
  };
}

export type ClubVocabulary = ReturnType<typeof clubVocabulary>;

/** Rows of a member, and those that are due, are found by an index. */
export function byMember(table: { memberId: AnyPgColumn; id: AnyPgColumn; createdAt: AnyPgColumn }) {
  return [index().on(table.memberId, table.id), index().on(table.createdAt)];
}
