// The tables of a small sailing club, which is not Candor. Every rule that a declaration can say is in it once.
import { buildRegistry, indexText, type KeyClass, type Registry, sealedText } from '@candor/privacy-engine';
import { index, integer, text, timestamp } from 'drizzle-orm/pg-core';
import { declareHarbour } from './club-harbour.fixture.ts';
import {
  access,
  byMember,
  clear,
  clubVocabulary,
  common,
  month,
  ofMember,
  said,
} from './club-vocabulary.fixture.ts';

const fiveYears = { duration: 'P5Y', law: 'Some Tax Law 7' } as const;
const twoYears = { duration: 'P2Y', law: 'Some Court Law 3' } as const;

interface Variant {
  /** The class of key under which disputes are sealed. */
  readonly disputes?: KeyClass;
  /** From when the terms of testimonies and of badges count. */
  readonly termsFrom?: 'account.closed' | 'row.createdAt';
  /** Whether a telephone number stays as long as the invoice it stands on. */
  readonly keepsPhone?: boolean;
}

export function createClub({
  disputes = 'evidence',
  termsFrom = 'account.closed',
  keepsPhone = false,
}: Variant = {}): Registry {
  const vocabulary = clubVocabulary();
  const { privacy, schema, id, named, at } = vocabulary;
  const { plain, personal, privacyTable } = privacy;

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
      note: personal(text(), {
        ...common,
        ...clear,
        category: 'credential',
        keep: month,
        onErase: 'null',
      }),
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
      colour: personal(text(), {
        ...common,
        ...clear,
        keep: { max: 'P2Y', from: termsFrom },
        onErase: 'unlink',
      }),
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
        keyClass: disputes,
        keep: { max: 'P2Y', from: 'case.closed', min: twoYears },
        onErase: { retain: twoYears },
      }),
      phone: personal(text(), {
        ...common,
        ...clear,
        category: 'contact',
        keep: keepsPhone ? { max: 'P5Y', from: 'row.createdAt' } : month,
        onErase: 'null',
      }),
      testimony: personal(text().notNull(), {
        ...common,
        ...clear,
        subject: 'witnessId',
        keep: { max: 'P2Y', from: termsFrom, min: twoYears },
        onErase: { retain: twoYears },
      }),
      witnessName: personal(text(), { ...common, ...clear, subject: 'witnessId', onErase: 'null' }),
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
  declareHarbour(vocabulary);
  return buildRegistry(privacy, [
    { schema: 'club_queue', why: 'an example', holdsOwnWords: true, tables: { jobs: ['task'] } },
    { schema: 'club_other', why: 'an example', tables: { jobs: ['task'] } },
  ]);
}
