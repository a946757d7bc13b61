// A small sailing club, which is not Candor: what becomes of a member's rows is tried in PostgreSQL itself. Every rule
// that a declaration can say is in it once, and every way in which rows can refer to each other.
import {
  buildRegistry,
  createPrivacy,
  definePurposes,
  defineRecipients,
  indexText,
  type PlanInput,
  type Registry,
  sealedText,
  type SqlQuery,
} from '@candor/privacy-engine';
import { type AnyPgColumn, index, integer, pgSchema, text, timestamp } from 'drizzle-orm/pg-core';
import type pg from 'pg';
import type { Database } from '../testing/test.ts';

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

function createClub(): Registry {
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

export const club = createClub();

const tablesSql = `
create schema club;
create table club.accounts (person text, account text);
create or replace function privacy_engine.account_of(person text) returns text language sql stable
  as $$ select a.account from club.accounts a where a.person = $1 $$;
create table club.restrictions (subject_id text, kind text, created_at timestamptz not null);
create table club.members (id text primary key, email text not null, email_index text not null, nickname text, favourite_boat text, invited_by text references club.members);
create table club.boats (id text primary key, member_id text not null, name text not null, skipper_id text, skipper_name text, created_at timestamptz not null default now());
alter table club.members add constraint members_boat foreign key (favourite_boat) references club.boats;
alter table club.boats add constraint boats_member foreign key (member_id) references club.members deferrable;
create table club.pages (id text primary key, member_id text, boat_id text, words text, created_at timestamptz not null, account_id text, route text,
  constraint pages_boat foreign key (boat_id) references club.boats, constraint pages_member foreign key (member_id) references club.members);
create table club.visits (id text primary key, member_id text, guide_id text, card text not null, card_index text not null, old_card text, door text not null,
  side text not null, ip text, came_at timestamptz, left_at timestamptz, note text, weather text, tip text, created_at timestamptz not null);
create table club.badges (id text primary key, member_id text not null, colour text, created_at timestamptz not null);
create table club.invoices (id text primary key, member_id text, witness_id text, amount int, address text, dispute text not null, phone text,
  testimony text not null, closed_at timestamptz, created_at timestamptz not null);
create table club.fees (id text primary key, account_id text, amount int, created_at timestamptz not null);
create table club.tallies (id text primary key, account_id text, cups int);
create table club.raffle (ticket text primary key, buyer text constraint raffle_buyer references club.members, remark text);
create schema club_queue;
create table club_queue.jobs (task text);
create schema club_other;
create table club_other.jobs (task text, extra jsonb, file bytea, tags text[], count int);
insert into club.accounts values ('ann', 'account-a'), ('bob', 'account-b');
insert into club.members values ('bob', 's1.bob', 'bobs-index', 'Bob', null, null), ('ann', 's1.ann', 'anns-index', 'Annie', null, 'bob');
insert into club.members values ('cid', 's1.cid', 'cids-index', 'Cid', null, 'ann');
insert into club.boats values ('heron', 'ann', 'Heron', 'bob', 'Skipper Bob'), ('swan', 'bob', 'Swan', 'ann', 'Skipper Ann'), ('own', 'ann', 'Own', 'ann', 'Ann herself');
update club.members set favourite_boat = 'heron' where id = 'ann';
update club.members set favourite_boat = 'swan' where id = 'cid';
insert into club.pages values ('p1', 'ann', 'heron', 'windy', '2026-09-01', 'account-a', '/log'),
  ('p2', 'bob', 'heron', 'calm', '2026-09-02', 'account-b', '/log'), ('p3', 'bob', 'swan', 'rain', '2026-11-01', 'account-b', '/log');
insert into club.visits values
  ('v1', 'ann', 'bob', 's1.card', 'card-index', 's1.old', 'north door', 'west', '203.0.113.77', '2026-09-03T05:06:07Z', '2026-09-03T08:09:10Z', 'late', 'fog', 'bring tea', '2026-09-03'),
  ('v2', 'bob', 'ann', 's1.card2', 'card-index2', null, 'south door', 'east', '2001:db8:1:2::3', '2026-11-01T05:06:07Z', null, 'early', 'sun', 'ask Ann', '2026-11-01'),
  ('v3', 'ann', null, 's1.card3', 'card-index3', null, 'south door', 'east', 'unknown', null, null, null, null, null, '2026-10-20');
insert into club.badges values ('g1', 'ann', 'gold', '2026-09-01'), ('g2', 'bob', 'blue', '2026-09-01');
insert into club.invoices values
  ('i1', 'ann', 'bob', 5, 's1.address', 's1.dispute', '13800138000', 'saw it', '2026-05-01', '2026-03-01'),
  ('i2', 'ann', 'ann', 6, 's1.address2', 's1.dispute2', null, 'Ann again', null, '2025-03-01'),
  ('i3', 'bob', 'ann', 7, 's1.address3', 's1.dispute3', '13900139000', 'Ann saw it', null, '2026-11-01');
insert into club.fees values ('f1', 'account-a', 1, '2026-01-01'), ('f2', 'account-b', 2, '2026-01-01');
insert into club.tallies values ('t1', 'account-a', 3);
insert into club.raffle values ('r1', 'ann', 'from Annie'), ('r2', 'bob', null);
`;

export const closedAt = new Date('2026-11-02T03:20:00Z');

export interface Club {
  readonly query: SqlQuery;
  readonly input: PlanInput;
  /** Rows of a table by their first column. */
  readonly rows: (table: string) => Promise<Record<string, Record<string, unknown>>>;
}

/** A club with ann, who is erased, and bob and cid, who stay. All is gone when the work is done. */
export async function inClub(database: Database, work: (club: Club) => Promise<void>): Promise<void> {
  const client: pg.PoolClient = await database.admin.connect();
  try {
    await client.query('begin');
    await client.query(tablesSql);
    const query: SqlQuery = async (sql, parameters) =>
      (await client.query<Record<string, unknown>>(sql, [...parameters])).rows;
    await work({
      query,
      input: { registry: club, restrictionTable: 'club.restrictions', query, subject: 'ann', closedAt },
      rows: async (table) => {
        const all = await query(`select * from club.${table}`, []);
        return Object.fromEntries(all.map((row) => [String(Object.values(row)[0]), row]));
      },
    });
  } finally {
    await client.query('rollback');
    client.release();
  }
}
