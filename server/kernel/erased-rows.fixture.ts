// Rows of a small sailing club: what becomes of a member's rows is tried in PostgreSQL itself. They refer to each other
// in every way that rows can.
import type { PlanInput, Registry, SqlQuery } from '@candor/privacy-engine';
import type pg from 'pg';
import type { Database } from '../testing/test.ts';
import { createClub } from './club-declarations.fixture.ts';

const tablesSql = `
create schema club;
create table club.accounts (person text, account text);
create or replace function privacy_engine.account_of(person text) returns text language sql stable
  as $$ select a.account from club.accounts a where a.person = $1 $$;
create table club.restrictions (subject_id text primary key, kind text, created_at timestamptz not null);
create table club.piers (id text primary key, length text);
create table club.lockers (member_id text primary key, number text);
create table club.medals (id text primary key, member_id text, metal text, giver_id text, speech text, created_at timestamptz not null default now());
create table club.hulls (id text primary key, member_id text, mast_id text not null, paint text, created_at timestamptz not null default now());
create table club.masts (id text primary key, member_id text, hull_id text not null, paint text, created_at timestamptz not null default now(),
  constraint masts_hull foreign key (hull_id) references club.hulls deferrable);
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
  testimony text not null, closed_at timestamptz, created_at timestamptz not null, witness_name text);
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
  ('i1', 'ann', 'bob', 5, 's1.address', 's1.dispute', '13800138000', 'saw it', '2026-05-01', '2026-03-01', 'Bob'),
  ('i2', 'ann', 'ann', 6, 's1.address2', 's1.dispute2', null, 'Ann again', null, '2025-03-01', null),
  ('i3', 'bob', 'ann', 7, 's1.address3', 's1.dispute3', '13900139000', 'Ann saw it', null, '2026-11-01', 'Ann');
insert into club.fees values ('f1', 'account-a', 1, '2026-01-01'), ('f2', 'account-b', 2, '2026-01-01');
insert into club.tallies values ('t1', 'account-a', 3);
insert into club.lockers values ('ann', '7');
insert into club.medals values ('m1', 'ann', 'gold', 'bob', 'well done'), ('m2', 'bob', 'tin', 'ann', 'nice try');
insert into club.hulls values ('hull', 'ann', 'mast', 'red');
insert into club.masts values ('mast', 'ann', 'hull', 'white');
alter table club.hulls add constraint hulls_mast foreign key (mast_id) references club.masts deferrable;
insert into club.raffle values ('r1', 'ann', 'from Annie'), ('r2', 'bob', null);
-- What PostgreSQL remembers of these tables is what a test has asked it to.
do $$ declare place regclass; begin
  for place in select oid from pg_class where relkind = 'r' and relnamespace::regnamespace::text like 'club%' loop
    execute format('alter table %s set (autovacuum_enabled = false)', place);
  end loop;
end $$;
`;

export const closedAt = new Date('2026-11-02T03:20:00Z');

export interface Club {
  readonly registry: Registry;
  readonly query: SqlQuery;
  readonly input: PlanInput;
  /** Rows of a table by their first column. */
  readonly rows: (table: string) => Promise<Record<string, Record<string, unknown>>>;
}

/** A club with ann, who is erased, and bob and cid, who stay. What the work changes is gone when it is done. */
export async function inClub(database: Database, work: (club: Club) => Promise<void>): Promise<void> {
  const client: pg.PoolClient = await database.admin.connect();
  try {
    const { rowCount } = await client.query(`select 1 from pg_namespace where nspname = 'club'`);
    if (rowCount === 0) await client.query(tablesSql);
    await client.query('begin');
    const query: SqlQuery = async (sql, parameters) =>
      (await client.query<Record<string, unknown>>(sql, [...parameters])).rows;
    const registry = createClub();
    await work({
      registry,
      query,
      input: { registry, restrictionTable: 'club.restrictions', query, subject: 'ann', closedAt },
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
