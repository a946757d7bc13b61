import { findResidue, findResidueInStatistics, type Identifier, listPlaces } from '@candor/privacy-engine';
import { expect } from 'vitest';
import { test } from '../testing/test.ts';
import { type Club, inClub } from './erased-rows.fixture.ts';

const identifiers: Identifier[] = [
  { value: 'ann@example.com', kind: 'unmistakable' },
  { value: 'anns-index', kind: 'unmistakable' },
  { value: 'Annie', kind: 'name' },
];
const ann = { subject: 'ann', tenant: 'account-a' };

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
    await query('alter table club.tallies add column stray text', []);
    expect(await columns('club.tallies')).toEqual(['id', 'account_id', 'stray']);
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

test('a table without texts, or with none but words of ours, is passed over, and one with a single text is not', async ({
  database,
}) => {
  await inClub(database, async ({ registry, query }) => {
    await query(`update club.pages set words = 'Annie', route = '/Annie' where id = 'p1'`, []);
    const pages = (await placesOf({ registry, query })).find(({ name }) => name === 'pages');
    if (pages === undefined) throw new Error('no pages');
    const residueIn = async (...names: string[]) => {
      const columns = pages.columns.filter(({ name }) => names.includes(name));
      const found = await findResidue(query, { ...pages, columns }, identifiers, ann);
      return found.map(({ place, rows }) => `${place}: ${rows}`);
    };
    expect(await residueIn('words')).toEqual(['club.pages.words: 1']);
    expect(await residueIn('route')).toEqual([]);
    expect(await residueIn()).toEqual([]);
    await query(`insert into club_queue.jobs values ('ask ann@example.com')`, []);
    expect(await residueOf({ registry, query })).toMatchObject({ 'club_queue.jobs.task': 1 });
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
