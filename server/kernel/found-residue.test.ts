import {
  findResidue,
  findResidueInStatistics,
  gatherIdentifiers,
  type Identifier,
  listPlaces,
  sealedTableOf,
  sealTableRows,
} from '@candor/privacy-engine';
import { expect } from 'vitest';
import { test } from '../testing/test.ts';
import { type Club, inClub } from './erased-rows.fixture.ts';

const identifiers: Identifier[] = [
  { value: 'ann@example.com', kind: 'unmistakable' },
  { value: 'anns-index', kind: 'unmistakable' },
  { value: 'Annie', kind: 'name' },
];
const ann = { subject: 'ann', tenant: 'account-a' };

test('what is known of a person is gathered, with what may only be theirs, and without what stays', async ({
  database,
}) => {
  await inClub(database, async ({ registry, query }) => {
    const members = registry.tables.find(({ name }) => name === 'members');
    const table = members === undefined ? null : sealedTableOf(members);
    if (table === null) throw new Error('members have nothing sealed');
    const unreadable: string[] = [];
    const sealing = {
      vault: database.vault,
      unknownSubject: (rowId: string) => rowId,
      onUnreadable: ({ row }: { row: string }) => void unreadable.push(row),
    };
    const [sealed] = await sealTableRows(sealing, table, [{ id: 'ann', email: 'Ann@Example.com' }]);
    await query('update club.members set email = $1, email_index = $2 where id = $3', [
      sealed?.['email'],
      sealed?.['emailIndex'],
      'ann',
    ]);
    // The same value under two names: once it may be another's, once it may not.
    await query(`update club.boats set name = 'ann@EXAMPLE.com' where id = 'own'`, []);
    await query(`update club.visits set door = '13800138000', note = ' ' where id = 'v1'`, []);
    await query(`update club.visits set tip = 'call 1234567' where id = 'v2'`, []);
    const found = await gatherIdentifiers(query, registry, 'club.restrictions', sealing, 'ann');
    const of = (kind: Identifier['kind']) =>
      found.flatMap((identifier) => (identifier.kind === kind ? [identifier.value] : [])).toSorted();
    expect(of('unmistakable')).toEqual(
      [
        '13800138000',
        'Ann@Example.com',
        'card-index',
        'card-index3',
        String(sealed?.['emailIndex']),
      ].toSorted(),
    );
    expect(of('name')).toEqual(
      [
        '203.0.113.77',
        'Annie',
        'Heron',
        'Skipper Ann',
        'ann',
        'call 1234567',
        'nice try',
        'red',
        'south door',
        'unknown',
        'white',
        'windy',
      ].toSorted(),
    );
    expect(unreadable.toSorted()).toEqual(['v1', 'v1', 'v3']);
  });
});

test('of a long life the newest thousand rows say enough', async ({ database }) => {
  await inClub(database, async ({ registry, query }) => {
    await query(
      `insert into club.pages select 'q' || lpad(n::text, 4, '0'), 'ann', null, 'page ' || n, now() from generate_series(1, 1000) n`,
      [],
    );
    const sealing = { vault: database.vault, unknownSubject: String, onUnreadable: () => undefined };
    const found = await gatherIdentifiers(query, registry, 'club.restrictions', sealing, 'ann');
    const pages = found.filter(({ value }) => value.startsWith('page ') || value === 'windy');
    expect(pages).toHaveLength(1000);
    expect(pages.map(({ value }) => value)).not.toContain('windy');
  });
});

type World = Pick<Club, 'registry' | 'query'>;

/** Places of the club with the columns that are searched. */
async function placesOf({ registry, query }: World) {
  const places = await listPlaces(query, registry);
  return places.filter(({ schema }) => schema.startsWith('club'));
}

async function residueOf({ registry, query }: World, known = identifiers) {
  const found: Record<string, number> = {};
  for (const place of await placesOf({ registry, query }))
    for (const { place: name, rows } of await findResidue(query, place, known, ann)) found[name] = rows;
  return found;
}

test('every text of every table is searched; a sealed one only until PostgreSQL accepts nothing but envelopes', async ({
  database,
}) => {
  await inClub(database, async ({ registry, query }) => {
    const columns = async (name: string) => {
      const places = await placesOf({ registry, query });
      return places
        .find((place) => `${place.schema}.${place.name}` === name)
        ?.columns.map((column) => column.name);
    };
    expect(await columns('club.members')).toEqual([
      'id',
      'email',
      'email_index',
      'nickname',
      'favourite_boat',
      'invited_by',
    ]);
    expect(await columns('club.tallies')).toEqual(['id', 'account_id']);
    expect(await columns('club_other.jobs')).toEqual(['task', 'extra', 'file', 'tags', 'count']);
    const check = `add constraint members_email_sealed_check check (email like 's1.%') not valid`;
    await query(`alter table club.members ${check}`, []);
    expect(await columns('club.members')).toContain('email');
    await query('alter table club.members validate constraint members_email_sealed_check', []);
    expect(await columns('club.members')).toEqual([
      'id',
      'email_index',
      'nickname',
      'favourite_boat',
      'invited_by',
    ]);
    await query(
      `alter table club.raffle add constraint raffle_remark_sealed_check check (remark is not null) not valid`,
      [],
    );
    expect(await columns('club.raffle')).toEqual(['ticket', 'buyer', 'remark']);
  });
});

test('an unmistakable value is found in any row, declared or not, in whatever form it rests', async ({
  database,
}) => {
  await inClub(database, async ({ registry, query }) => {
    await query(`delete from club.raffle`, []);
    await query(`update club.members set email_index = id, nickname = null where id = 'ann'`, []);
    expect(await residueOf({ registry, query })).toEqual({});
    await query(`update club.visits set note = 'ask ANN@example.com' where id = 'v2'`, []);
    await query(`update club.boats set name = 'ann@example.com' where id = 'swan'`, []);
    const value = 'ann@example.com';
    await query(
      `insert into club_other.jobs values ($1, null, null, null, 1), (null, jsonb_build_object('to', $1::text), null, null, 1),
        (null, null, convert_to($1, 'UTF8'), null, 1), (null, null, null, array[$1], 1), ($1, null, null, null, 1)`,
      [value],
    );
    expect(await residueOf({ registry, query })).toEqual({
      'club.visits.note': 1,
      'club.boats.name': 1,
      'club_other.jobs.task': 2,
      'club_other.jobs.extra': 1,
      'club_other.jobs.file': 1,
      'club_other.jobs.tags': 1,
    });
  });
});

test('a name is found in any undeclared table, and in rows of the own person or account where no other holds it', async ({
  database,
}) => {
  await inClub(database, async ({ registry, query }) => {
    expect(await residueOf({ registry, query })).toEqual({
      'club.raffle.remark': 1,
      'club.members.nickname': 1,
      'club.members.email_index': 1,
    });
    await query(`update club.pages set words = 'Annie!', route = '/Annie' where id = 'p1'`, []);
    expect(await residueOf({ registry, query })).toMatchObject({ 'club.pages.words': 1 });
    expect(await residueOf({ registry, query })).not.toHaveProperty('club.pages.route');
    await query(`update club.pages set words = 'to annie' where id = 'p2'`, []);
    expect(await residueOf({ registry, query })).not.toHaveProperty('club.pages.words');
    await query(`update club.pages set words = 'Annies' where id in ('p1', 'p2')`, []);
    expect(await residueOf({ registry, query })).not.toHaveProperty('club.pages.words');
    await query(
      `update club.pages set member_id = 'bob', account_id = 'account-a', words = 'Annie' where id = 'p1'`,
      [],
    );
    expect(await residueOf({ registry, query })).toMatchObject({ 'club.pages.words': 1 });
    await query(`update club.pages set account_id = 'account-b' where id = 'p1'`, []);
    expect(await residueOf({ registry, query })).not.toHaveProperty('club.pages.words');
    expect(await residueOf({ registry, query }, identifiers.slice(0, 1))).toEqual({});
  });
});

test("a look-up value in another person's row is theirs, in a row that names no person it is residue", async ({
  database,
}) => {
  await inClub(database, async ({ registry, query }) => {
    const known: Identifier[] = [{ value: 'anns-index', kind: 'unmistakable' }];
    expect(await residueOf({ registry, query }, known)).toEqual({ 'club.members.email_index': 1 });
    await query(`delete from club.raffle`, []);
    await query(`update club.members set email_index = 'anns-index'`, []);
    expect(await residueOf({ registry, query }, known)).toEqual({ 'club.members.email_index': 1 });
    await query(`update club.members set email_index = 'none' where id = 'ann'`, []);
    expect(await residueOf({ registry, query }, known)).toEqual({});
    await query(`update club.visits set card_index = 'anns-index', member_id = null where id = 'v1'`, []);
    expect(await residueOf({ registry, query }, known)).toEqual({ 'club.visits.card_index': 1 });
  });
});

test('what PostgreSQL remembers of a column is residue after its rows have gone', async ({ database }) => {
  await inClub(database, async ({ registry, query }) => {
    const remembered = async () => {
      const found = await findResidueInStatistics(query, registry, identifiers, { subject: 'ann' });
      return found.map(({ place, rows }) => `${place}: ${rows}`);
    };
    const analyze = async () => {
      for (const table of ['members', 'visits', 'pages', 'badges', 'raffle'])
        await query(`analyze club.${table}`, []);
      for (const schema of ['club_queue', 'club_other']) await query(`analyze ${schema}.jobs`, []);
    };
    expect(await remembered()).toEqual([]);
    await query(`update club.visits set note = 'ann@example.com', weather = 'Annie', tip = 'Annie'`, []);
    await query(`update club.badges set colour = 'Annie'`, []);
    await query(`update club.pages set words = 'for annie', route = 'annie'`, []);
    await query(`insert into club_queue.jobs values ('annie'), ('annie')`, []);
    await query(`insert into club_other.jobs values ('annie'), ('annie')`, []);
    await analyze();
    expect(await remembered()).toEqual([
      'pg_stats of club.members.email_index: 1',
      'pg_stats of club.members.nickname: 1',
      'pg_stats of club.pages.words: 1',
      'pg_stats of club.raffle.buyer: 1',
      'pg_stats of club.visits.note: 1',
      'pg_stats of club.visits.tip: 1',
      'pg_stats of club_other.jobs.task: 1',
    ]);
    await query(`insert into club_queue.jobs values ('ann@example.com'), ('ann@example.com')`, []);
    await query(`update club.members set email_index = 'anns-index' where id = 'cid'`, []);
    await query(`delete from club.raffle`, []);
    await analyze();
    expect(await remembered()).toEqual([
      'pg_stats of club.members.nickname: 1',
      'pg_stats of club.pages.words: 1',
      'pg_stats of club.raffle.buyer: 1',
      'pg_stats of club.visits.note: 1',
      'pg_stats of club.visits.tip: 1',
      'pg_stats of club_other.jobs.task: 1',
      'pg_stats of club_queue.jobs.task: 1',
    ]);
  });
});
