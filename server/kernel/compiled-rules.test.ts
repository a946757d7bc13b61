import { compileSql, findDrift } from '@candor/privacy-engine';
import { expect } from 'vitest';
import { test } from '../testing/test.ts';
import { createLibrary, inLibrary, libraryOptions } from './compiled-rules.fixture.ts';

const loans = 'select id from library.loans order by id';
const denied = '42501';

test('a purpose sees and changes the rows of its scope: of one tenant, of one person, of all', async ({
  database,
}) => {
  await inLibrary(database, async ({ as }) => {
    const north = { tenant: 'north' };
    expect(await as('lending', loans, north)).toEqual(['a', 'disputed']);
    expect(await as('lending', loans)).toEqual([]);
    expect(await as('reader', loans, { subject: 'bob' })).toEqual(['b']);
    expect(await as('reader', loans)).toEqual([]);
    expect(await as('research', loans)).toEqual(['a', 'b', 'disputed']);
    expect(await as('lending', `update library.loans set note = 'x'`, north)).toBe(2);
    expect(await as('lending', `update library.loans set library_id = 'south'`, north)).toBe(denied);
    expect(await as('lending', 'delete from library.loans', north)).toBe(2);
    const added = `insert into library.loans (id, library_id, reader_id) values ('c', 'north', 'cid')`;
    expect(await as('lending', added, north)).toBe(1);
    expect(await as('lending', added, { tenant: 'south' })).toBe(denied);
  });
});

test('a purpose has the verbs it was declared for, on the columns it was declared for', async ({
  database,
}) => {
  await inLibrary(database, async ({ as }) => {
    expect(await as('research', 'select book from library.loans where id = $$b$$')).toEqual(['Faust']);
    expect(await as('research', 'select note from library.loans')).toBe(denied);
    expect(await as('research', `update library.loans set book = 'x'`)).toBe(denied);
    expect(await as('claims', 'delete from library.loans')).toBe(denied);
    expect(await as('reader', `insert into library.loans (id) values ('c')`)).toBe(denied);
    expect(await as('letters', 'select id from library.books')).toBe(denied);
    expect(await as('letters', 'select id from library.visits')).toBe(denied);
    expect(await as('lending', 'select id from library.books')).toEqual(['book']);
  });
});

test('a restriction stops what stops for it, and an erasure everything but what the rows are kept for', async ({
  database,
}) => {
  await inLibrary(database, async ({ as, owner }) => {
    await owner(`insert into library.restrictions values ('ann', 'asked')`);
    expect(await as('research', loans)).toEqual(['b']);
    expect(await as('lending', loans, { tenant: 'north' })).toEqual(['a', 'disputed']);
    await owner(`update library.restrictions set kind = 'erased'`);
    expect(await as('research', loans)).toEqual(['b']);
    expect(await as('lending', loans, { tenant: 'north' })).toEqual([]);
    expect(await as('reader', loans, { subject: 'ann' })).toEqual([]);
    expect(await as('claims', loans)).toEqual(['b', 'disputed']);
    expect(await as('erasing', loans)).toEqual(['a', 'b', 'disputed']);
    expect(await as('lending', 'select subject_id from library.restrictions')).toEqual(['ann']);
    expect(await as('lending', 'select why from library.restrictions')).toBe(denied);
  });
});

test('an objection stops its own purpose for its own person', async ({ database }) => {
  await inLibrary(database, async ({ as, owner }) => {
    await owner(`insert into library.objections values ('ann', 'lending'), ('bob', 'research')`);
    expect(await as('research', loans)).toEqual(['a', 'disputed']);
    expect(await as('lending', loans, { tenant: 'north' })).toEqual(['a', 'disputed']);
    const objections = 'select subject_id from library.objections';
    expect(await as('research', objections)).toEqual(['bob']);
    expect(await as('research', 'select why from library.objections')).toBe(denied);
    expect(await as('lending', objections)).toBe(denied);
    await owner(`insert into library.restrictions values ('bob', 'asked')`);
    expect(await as('research', 'select subject_id from library.restrictions')).toEqual(['bob']);
  });
});

test('a purpose on consent sees those who consent to what it covers today, until they withdraw', async ({
  database,
}) => {
  await inLibrary(database, async ({ as, owner }) => {
    expect(await as('letters', loans)).toEqual([]);
    const scopes = await owner(
      `select substring(pg_get_viewdef('privacy_engine.library_consents') from '[0-9a-f]{64}') as scope`,
    );
    const event = async (person: string, kind: string, position: number, hash = scopes.rows[0]?.['scope']) =>
      owner(
        `insert into library.consent_events values ('${person}', 'letters', '${kind}', '${hash}', ${position})`,
      );
    await event('ann', 'given', 1, 'another scope');
    await event('bob', 'given', 1);
    expect(await as('letters', loans)).toEqual(['b']);
    await event('bob', 'noticed', 2);
    expect(await as('letters', loans)).toEqual(['b']);
    await event('bob', 'withdrawn', 3);
    expect(await as('letters', loans)).toEqual([]);
    await event('bob', 'given', 4);
    expect(await as('letters', loans)).toEqual(['b']);
    expect(await as('research', 'select subject_id from privacy_engine.library_consents')).toBe(denied);
  });
});

test('rows that are append-only never change, and those whose references end lose only these', async ({
  database,
}) => {
  const refused = '23001';
  await inLibrary(database, async ({ as }) => {
    for (const change of ['update library.books set copies = 2', 'delete from library.books'])
      expect(await as('lending', change), change).toBe(refused);
    const ends = 'update library.visits set reader_id = null, door = null, guide_id = null, tip = null';
    expect(await as('erasing', ends)).toBe(1);
    expect(await as('erasing', `update library.visits set door = 'west'`)).toBe(refused);
    expect(await as('erasing', `update library.visits set kept = null`)).toBe(denied);
    expect(await as('erasing', 'delete from library.visits')).toBe(denied);
    expect(await as('erasing', 'delete from library.loans')).toBe(3);
    // An erasure may not even try to change what is kept as it is, about persons too.
    expect(await as('erasing', 'update library.payments set library_id = null')).toBe(denied);
    expect(await as('erasing', 'delete from library.payments')).toBe(denied);
    expect(await as('erasing', 'update library.books set copies = 2')).toBe(denied);
  });
  for (const change of [
    'update library.books set copies = 2',
    'delete from library.books',
    'truncate library.books cascade',
    `update library.visits set kept = 'x'`,
    'update library.visits set kept = null',
    `update library.visits set door = 'x'`,
    'delete from library.visits',
    'truncate library.visits',
  ]) {
    await inLibrary(database, async ({ owner }) => {
      await expect(owner(change), change).rejects.toMatchObject({ code: refused });
    });
  }
});

test('what left the declarations leaves the database, and the rules of another release stay', async ({
  database,
}) => {
  await inLibrary(database, async ({ as, owner }) => {
    await owner(
      'create role library_other; create policy theirs on library.loans to library_other using (true)',
    );
    const policies = async () =>
      (
        await owner(
          `select policyname from pg_policies where schemaname = 'library' and 'library_other' = any(roles)`,
        )
      ).rows;
    const without = createLibrary({ withResearch: false });
    await owner(compileSql(without, libraryOptions, { roles: ['library_other'], isOneNewer: false }));
    expect(await policies()).toHaveLength(1);
    expect(await as('research', loans)).toBe(denied);
    expect(await as('lending', loans, { tenant: 'north' })).toEqual(['a', 'disputed']);
    await owner('drop trigger refuse_change on library.books');
    await owner(`create or replace function privacy_engine.refuse_change() returns trigger language plpgsql as $$
      begin raise exception 'newer'; end $$`);
    const refusal = async () =>
      (await owner(`select prosrc from pg_proc where proname = 'refuse_change'`)).rows;
    await owner(compileSql(createLibrary(), libraryOptions, { roles: ['library_other'], isOneNewer: true }));
    expect(await policies()).toHaveLength(1);
    expect(await as('research', loans)).toEqual(['a', 'b', 'disputed']);
    // What there is only once is the newer release's.
    expect(await refusal()).toMatchObject([{ prosrc: expect.stringContaining('newer') }]);
    expect(await as('lending', 'update library.books set copies = 2')).toBe(1);
    await owner(compileSql(createLibrary(), libraryOptions));
    expect(await policies()).toHaveLength(0);
    expect(await as('lending', 'update library.books set copies = 2')).toBe('23001');
  });
});

test('a sealed column takes no plain value, and no value without the one it is found by', async ({
  database,
}) => {
  const refused = '23514';
  const card = (holder: string, found: string) =>
    `insert into library.cards values ('c', 'north', 'ann', ${holder}, ${found})`;
  await inLibrary(database, async ({ as }) => {
    const north = { tenant: 'north' };
    expect(await as('lending', card('null', 'null'), north)).toBe(1);
    expect(await as('lending', card(`'Ann Lee'`, `'x'`), north)).toBe(refused);
    const sealed = `'s1.${'A'.repeat(46)}'`;
    expect(await as('lending', card(sealed, `'x'`), north)).toBe(1);
    expect(await as('lending', card(sealed, 'null'), north)).toBe(refused);
    expect(await as('lending', card('null', `'x'`), north)).toBe(refused);
  });
});

test('an erasure cuts references to rows that go, and changes nothing else that is about no person', async ({
  database,
}) => {
  await inLibrary(database, async ({ as }) => {
    expect(await as('erasing', 'update library.shelves set first_book = null')).toBe(1);
    expect(await as('erasing', `update library.shelves set place = 'x'`)).toBe(denied);
    expect(await as('erasing', 'delete from library.shelves')).toBe(denied);
    expect(await as('erasing', 'update library.loans set reader_id = null, book = null')).toBe(3);
    expect(await as('erasing', `update library.loans set library_id = 'x'`)).toBe(denied);
  });
});

test('a role of a library that the application uses may do there what was said, and purposes may not', async ({
  database,
}) => {
  await inLibrary(database, async ({ as, owner }) => {
    expect(await as('lending', 'select id from library_queue.tasks')).toBe(denied);
    await owner('set local role library_queue');
    expect((await owner(`insert into library_queue.tasks values ('t') returning id`)).rowCount).toBe(1);
    expect((await owner('select id from library_queue.tasks')).rowCount).toBe(1);
    await expect(owner('delete from library_queue.tasks')).rejects.toMatchObject({ code: denied });
  });
});

test('values that end are in no statistics, and those that stay are', async ({ database }) => {
  await inLibrary(database, async ({ owner }) => {
    const { rows } = await owner(
      `select attname as name, attstattarget as target from pg_attribute where attrelid = 'library.visits'::regclass and attnum > 0`,
    );
    const targets = new Map(rows.map(({ name, target }) => [name, target]));
    expect(targets.get('door')).toBe(0);
    expect(targets.get('kept')).toBe(targets.get('id'));
    expect(targets.get('id')).not.toBe(0);
  });
});

test('every difference between the declarations and the database is found', async ({ database }) => {
  await inLibrary(database, async ({ owner, registry }) => {
    const drift = async () => {
      const found = await findDrift(
        async (sql, values) => (await owner(sql, values)).rows,
        registry,
        libraryOptions,
      );
      // The rest of the database belongs to no library.
      const ours = ([name, facts]: [string, readonly string[]]) =>
        facts.filter((fact) => fact.includes('library')).map((fact) => `${name} ${fact}`);
      return Object.entries(found).flatMap(ours);
    };
    // What the example looks up belongs to others.
    await owner(
      'alter table library.consent_events set schema public; alter table library.accounts set schema public',
    );
    expect(await drift()).toEqual([]);
    await owner(`
      alter table library.loans add column age int; alter table library.loans drop column note cascade;
      alter table library.books no force row level security; alter table library.visits disable row level security;
      create view library.all_loans as select id from library.loans;
      grant select (why) on library.restrictions to library_p_letters; grant delete on library.loans to library_p_reader;
      grant select on library.books to public; grant select on library_other.tasks to library_p_claims`);
    expect(await drift()).toEqual([
      'undeclared library.all_loans.id',
      'undeclared library.loans.age',
      'missing library.loans.note',
      'unguarded library.books',
      'unguarded library.visits',
      'overgranted library_p_claims select library_other.tasks',
      'overgranted library_p_letters select library.restrictions.why',
      'overgranted library_p_reader delete library.loans',
      'overgranted public select library.books',
    ]);
  });
});
