import { compileSql } from '@candor/privacy-engine';
import { expect } from 'vitest';
import { test } from '../testing/test.ts';
import { handOver } from './compiled-rules-tables.fixture.ts';
import { createLibrary, inLibrary, libraryOptions } from './compiled-rules.fixture.ts';

const loans = 'select id from library.loans order by id';
const denied = '42501';

test('what an account is kept for after its person was erased goes on, and nothing else does', async ({
  database,
}) => {
  const fees = 'select id from library.fees order by id';
  await inLibrary(database, async ({ as, owner }) => {
    expect(await as('lending', fees, { tenant: 'north' })).toEqual(['n']);
    expect(await as('reader', fees, { subject: 'bob' })).toEqual(['s']);
    // A person's restriction hides no books of an account.
    await owner(`insert into library.restrictions values ('ann', 'asked'), ('bob', 'erased')`);
    expect(await as('lending', fees, { tenant: 'north' })).toEqual(['n']);
    expect(await as('lending', fees, { tenant: 'south' })).toEqual([]);
    expect(await as('reader', fees, { subject: 'bob' })).toEqual([]);
    expect(await as('letters', fees)).toEqual(['n']);
    expect(await as('claims', fees)).toEqual(['n', 's']);
    expect(await as('erasing', `select privacy_engine.account_of('bob')`)).toEqual(['south']);
    expect(await as('erasing', fees)).toEqual(['n', 's']);
    expect(await as('research', `select privacy_engine.is_account_held('south')`)).toBe(denied);
    expect(await as('lending', `select privacy_engine.account_of('bob')`)).toBe(denied);
  });
});

test('rows of an account that no law holds after an erasure stay in use: the books stay whole', async ({
  database,
}) => {
  const payments = 'select id from library.payments order by id';
  await inLibrary(database, async ({ as, owner }) => {
    await owner(`insert into library.restrictions values ('bob', 'erased')`);
    expect(await as('lending', payments, { tenant: 'south' })).toEqual(['q']);
    const added = `insert into library.payments (id, library_id) values ('r', 'south')`;
    expect(await as('lending', added, { tenant: 'south' })).toBe(1);
  });
});

test('the rules need no superuser: row security is forced on the owner, who looks up consents and accounts all the same', async ({
  database,
}) => {
  await inLibrary(database, async ({ as, owner, registry }) => {
    await owner(handOver);
    await owner(`set local role library_owner; ${compileSql(registry, libraryOptions)}; reset role`);
    await owner(`insert into library.consent_events select 'bob', 'letters', 'given',
      substring(pg_get_viewdef('privacy_engine.library_consents') from '[0-9a-f]{64}'), 1`);
    expect(await as('letters', loans)).toEqual(['b']);
    expect(await as('reader', 'select id from library.fees', { subject: 'bob' })).toEqual(['s']);
    await owner(`insert into library.restrictions values ('bob', 'erased')`);
    expect(await as('letters', loans)).toEqual([]);
    expect(await as('lending', 'select id from library.fees', { tenant: 'south' })).toEqual([]);
  });
});

test('without a source that says which account is whose, rows of accounts cannot be ruled', () => {
  const { accounts: _, ...without } = libraryOptions;
  expect(() => compileSql(createLibrary(), without)).toThrow('no source says which account is whose');
});
