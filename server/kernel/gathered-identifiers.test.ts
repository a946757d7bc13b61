import { gatherIdentifiers, type Identifier, sealedTableOf, sealTableRows } from '@candor/privacy-engine';
import { expect } from 'vitest';
import { test } from '../testing/test.ts';
import { inClub } from './erased-rows.fixture.ts';

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
    // What is short may be another's, even an address.
    await query(`update club.visits set note = 'pass12' where id = 'v3'`, []);
    await query(`update club.invoices set phone = 'a@b.c' where id = 'i2'`, []);
    const found = await gatherIdentifiers(query, registry, 'club.restrictions', sealing, 'ann');
    const of = (kind: Identifier['kind']) =>
      found.flatMap((identifier) => (identifier.kind === kind ? [identifier.value] : [])).toSorted();
    expect(of('unmistakable')).toEqual(
      [
        '13800138000',
        'Ann@Example.com',
        'card-index',
        'card-index3',
        'pass12',
        String(sealed?.['emailIndex']),
      ].toSorted(),
    );
    expect(of('name')).toEqual(
      [
        '203.0.113.77',
        'Annie',
        'Heron',
        'Skipper Ann',
        'a@b.c',
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
