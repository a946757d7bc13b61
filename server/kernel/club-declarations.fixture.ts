// The tables of a small sailing club, which is not Candor. Every rule that a declaration can say is in it once.
import {
  buildRegistry,
  createPrivacy,
  definePurposes,
  defineRecipients,
  indexText,
  type Registry,
  sealedText,
} from '@candor/privacy-engine';
import { type AnyPgColumn, index, integer, pgSchema, text, timestamp } from 'drizzle-orm/pg-core';

const said = { zh: '示例', en: 'Example' };
const facts = { essential: true, text: said, scope: 'platform', duringRestriction: 'continues' } as const;
const common = {
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
const clear = { clear: 'an example without keys' } as const;
const fiveYears = { duration: 'P5Y', law: 'Some Tax Law 7' } as const;
const twoYears = { duration: 'P2Y', law: 'Some Court Law 3' } as const;

export function createClub(): Registry {
  const privacy = createPrivacy({
    purposes: definePurposes({
      work: { ...facts, basis: 'contract' },
      erasing: { ...facts, basis: 'legal-obligation', engine: 'erasure' },
    }),
    recipients: defineRecipients({}),
    services: { sailing: said },
    anchors: { 'row.createdAt': said, 'account.closed': said, 'case.closed': said },
  });
  const { plain, personal, privacyTable } = privacy;
  const schema = pgSchema('club');
  const id = () => plain(text().primaryKey(), 'random identifier');
  const named = () => plain(text(), 'random identifier');
  const at = () => plain(timestamp({ withTimezone: true }).notNull(), 'anchor of the term');
  const access = { work: ['select'] } as const;
  const ofMember = { tenant: { none: 'an example' }, subject: 'memberId', title: said, access } as const;
  /** Guarantee: only asked for by PostgreSQL, whose tables are made by hand below. */
  const byMember = (table: { memberId: AnyPgColumn; id: AnyPgColumn; createdAt: AnyPgColumn }) => [
    index().on(table.memberId, table.id),
    index().on(table.createdAt),
  ];
  const month = { max: 'P30D', from: 'row.createdAt' } as const;

  privacyTable(
    schema,
    'restrictions',
    { subjectId: named(), kind: named(), createdAt: at() },
    {
      tenant: { none: 'an example' },
      subject: 'subjectId',
      rows: { notPersonal: 'an example' },
      access: {},
    },
  );
  privacyTable(
    schema,
    'members',
    {
      id: id(),
      email: personal(sealedText().notNull(), {
        ...common,
        subject: 'id',
        category: 'contact',
        onErase: 'delete-row',
      }),
      emailIndex: privacy.blindIndex(indexText().notNull(), 'email'),
      nickname: personal(text(), { ...common, ...clear, subject: 'id', onErase: 'delete-row' }),
      favouriteBoat: named(),
      invitedBy: named(),
    },
    {
      tenant: { none: 'an example' },
      subject: 'id',
      title: said,
      rows: 'delete',
      access,
    },
  );
  privacyTable(
    schema,
    'boats',
    {
      id: id(),
      memberId: plain(text().notNull(), 'random identifier'),
      name: personal(text().notNull(), { ...common, ...clear, onErase: 'delete-row' }),
      skipperId: named(),
      skipperName: personal(text(), { ...common, ...clear, subject: 'skipperId', onErase: 'null' }),
      createdAt: at(),
    },
    { ...ofMember, rows: 'delete' },
    byMember,
  );
  privacyTable(
    schema,
    'pages',
    {
      id: id(),
      memberId: named(),
      boatId: named(),
      words: personal(text(), { ...common, ...clear, keep: month, onErase: 'delete-row' }),
      createdAt: at(),
      accountId: named(),
      route: personal(text(), {
        ...common,
        ...clear,
        category: 'log',
        ownWords: true,
        keep: month,
        onErase: 'delete-row',
      }),
    },
    { ...ofMember, tenant: 'accountId', rows: 'delete' },
    byMember,
  );
  privacyTable(
    schema,
    'visits',
    {
      id: id(),
      memberId: named(),
      guideId: named(),
      card: personal(sealedText().notNull(), { ...common, keep: month, onErase: 'shred' }),
      cardIndex: privacy.blindIndex(indexText().notNull(), 'card'),
      oldCard: personal(sealedText(), { ...common, keep: month, onErase: 'shred' }),
      door: personal(text().notNull(), { ...common, ...clear, keep: month, onErase: 'tombstone' }),
      side: personal(text({ enum: ['east', 'west'] }).notNull(), {
        ...common,
        ...clear,
        words: { east: said, west: said },
        keep: month,
        onErase: 'tombstone',
      }),
      ip: personal(text(), {
        ...common,
        ...clear,
        category: 'device',
        keep: { max: 'P7D', from: 'row.createdAt' },
        onErase: { generalise: 'ip-prefix' },
      }),
      cameAt: personal(timestamp({ withTimezone: true }), {
        ...common,
        category: 'log',
        keep: { max: 'P7D', from: 'row.createdAt' },
        onErase: { generalise: 'hour' },
      }),
      leftAt: personal(timestamp({ withTimezone: true }), {
        ...common,
        category: 'log',
        keep: { max: 'P7D', from: 'row.createdAt' },
        onErase: { generalise: 'month' },
      }),
      note: personal(text(), { ...common, ...clear, keep: month, onErase: 'null' }),
      weather: personal(text(), { ...common, ...clear, keep: month, onErase: 'unlink' }),
      tip: personal(text(), { ...common, ...clear, subject: 'guideId', keep: month, onErase: 'null' }),
      createdAt: at(),
    },
    { ...ofMember, rows: 'keep-unlinked' },
    byMember,
  );
  privacyTable(
    schema,
    'badges',
    {
      id: id(),
      memberId: plain(text().notNull(), 'random identifier'),
      colour: personal(text(), { ...common, ...clear, onErase: 'unlink' }),
      createdAt: at(),
    },
    { ...ofMember, rows: 'keep-unlinked' },
    byMember,
  );
  privacyTable(
    schema,
    'invoices',
    {
      id: id(),
      memberId: named(),
      witnessId: named(),
      amount: personal(integer(), {
        ...common,
        category: 'transaction',
        keyClass: 'billing',
        keep: { max: 'P1Y', from: 'row.createdAt', min: fiveYears },
        onErase: { retain: fiveYears },
      }),
      address: personal(sealedText(), {
        ...common,
        category: 'contact',
        keyClass: 'billing',
        keep: { max: 'P1Y', from: 'row.createdAt', min: fiveYears },
        onErase: { retain: fiveYears },
      }),
      dispute: personal(sealedText().notNull(), {
        ...common,
        keyClass: 'evidence',
        keep: { max: 'P2Y', from: 'case.closed', min: twoYears },
        onErase: { retain: twoYears },
      }),
      phone: personal(text(), { ...common, ...clear, category: 'contact', keep: month, onErase: 'null' }),
      testimony: personal(text().notNull(), {
        ...common,
        ...clear,
        subject: 'witnessId',
        keep: { max: 'P2Y', from: 'account.closed', min: twoYears },
        onErase: { retain: twoYears },
      }),
      closedAt: plain(timestamp({ withTimezone: true }), 'anchor of the term'),
      createdAt: at(),
    },
    { ...ofMember, rows: { keepUntil: fiveYears }, anchors: { 'case.closed': 'closedAt' } },
    (table) => [...byMember(table), index().on(table.closedAt)],
  );
  privacyTable(
    schema,
    'fees',
    {
      id: id(),
      accountId: named(),
      amount: personal(integer(), {
        ...common,
        subject: 'accountId',
        category: 'transaction',
        keep: { max: 'P5Y', from: 'row.createdAt', min: fiveYears },
        onErase: { retain: fiveYears },
      }),
      createdAt: at(),
    },
    {
      tenant: 'accountId',
      subject: 'accountId',
      subjectIs: 'account',
      title: said,
      rows: { keepUntil: fiveYears },
      access,
    },
    (table) => [index().on(table.accountId, table.id), index().on(table.createdAt)],
  );
  privacyTable(
    schema,
    'tallies',
    {
      id: id(),
      accountId: named(),
      cups: personal(integer(), {
        ...common,
        subject: 'accountId',
        category: 'usage',
        onErase: 'unlink',
      }),
    },
    {
      tenant: 'accountId',
      subject: 'accountId',
      subjectIs: 'account',
      title: said,
      rows: 'keep-unlinked',
      access,
    },
    (table) => [index().on(table.accountId, table.id)],
  );
  return buildRegistry(privacy, [
    { schema: 'club_queue', why: 'an example', holdsOwnWords: true, tables: { jobs: ['task'] } },
    { schema: 'club_other', why: 'an example', tables: { jobs: ['task'] } },
  ]);
}
