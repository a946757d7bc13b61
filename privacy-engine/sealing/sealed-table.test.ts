import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { index, pgSchema, text } from 'drizzle-orm/pg-core';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { indexText, sealedJson, sealedText } from '../declare.ts';
import { buildRegistry, sealedTableOf } from '../registry.ts';
import { completeDatum, createShop } from '../testing/shop.ts';
import { openLocalVault } from '../vault/open-vault.ts';
import { sealedTextPattern } from './envelope.ts';
import { openTableRows, sealTableRows } from './sealed-table.ts';

const root = await mkdtemp(join(tmpdir(), 'candor sealed table '));
afterAll(() => rm(root, { recursive: true, force: true }));

const { clear: _, ...datum } = completeDatum;
const { privacy } = createShop();
const rule = {
  tenant: 'shopId',
  subject: 'ownerId',
  title: { zh: '信件', en: 'Letters' },
  rows: 'delete',
  access: { orders: ['select'] },
} as const;
privacy.privacyTable(
  pgSchema('post'),
  'letters',
  {
    id: privacy.plain(text().primaryKey(), 'random identifier'),
    shopId: privacy.plain(text(), 'random identifier'),
    ownerId: privacy.plain(text(), 'random identifier'),
    mailAddress: privacy.personal(sealedText().notNull(), { ...datum, subject: 'ownerId' }),
    mailAddressIndex: privacy.blindIndex(indexText().notNull(), 'mailAddress'),
    mailDomainIndex: privacy.blindIndex(indexText().notNull(), 'mailAddress', (address) =>
      address.slice(address.indexOf('@')),
    ),
    phone: privacy.personal(sealedText(), { ...datum, subject: 'ownerId' }),
    phoneIndex: privacy.blindIndex(indexText(), 'phone'),
    enclosures: privacy.personal(sealedJson<string[]>(), { ...datum, subject: 'ownerId' }),
  },
  rule,
  (table) => [index('letters_owner_id_idx').on(table.ownerId, table.id)],
);
const registry = buildRegistry(privacy);
const entry = registry.tables.find(({ name }) => name === 'letters');
const sealedLetters = entry === undefined ? null : sealedTableOf(entry);
if (sealedLetters === null) throw new Error('letters are not sealed');
const letters = sealedLetters;

let vaults = 0;
async function newSealing() {
  vaults += 1;
  const vault = await openLocalVault({ folder: join(root, `vault ${vaults}`) });
  onTestFinished(() => vault.close());
  return { vault, unknownSubject: (rowId: string) => `unknown:${rowId.slice(0, 4)}` };
}

const letter = {
  id: '2026-1',
  ownerId: 'user_1',
  mailAddress: 'li.lei@example.com',
  phone: '13800138000',
  enclosures: ['照片', 'a photo'],
};

test('a row comes back as it was written, and rests without any of its values', async () => {
  const sealing = await newSealing();
  const [sealed = {}] = await sealTableRows(sealing, letters, [letter]);
  expect(JSON.stringify(sealed)).not.toMatch(/li\.lei|example|13800138000|photo/);
  expect(sealed['mailAddress']).toMatch(new RegExp(sealedTextPattern));
  const [opened = {}] = await openTableRows(sealing, letters, [sealed]);
  const { mailAddressIndex: _index, mailDomainIndex: _domain, phoneIndex: _phone, ...plain } = opened;
  expect(plain).toEqual(letter);
});

test('a column that a row leaves out stays out, and one that is null stays null, with their look-up columns', async () => {
  const sealing = await newSealing();
  const { mailAddress: _left, ...part } = { ...letter, phone: null, enclosures: null };
  const [sealed = {}] = await sealTableRows(sealing, letters, [part]);
  expect(sealed).toEqual({ ...part, phoneIndex: null });
  expect(await openTableRows(sealing, letters, [sealed])).toEqual([sealed]);
});

test('a text that is no envelope, of today’s form or none, is damaged: noted once, and the rest of the row is read', async () => {
  const sealing = await newSealing();
  const [sealed = {}] = await sealTableRows(sealing, letters, [letter]);
  const ofAnotherForm = `s1.${Buffer.from(String(sealed['mailAddress']).slice(3), 'base64url').fill(2, 0, 1).toString('base64url')}`;
  for (const mailAddress of ['li.lei@example.com', ofAnotherForm]) {
    const row = { ...sealed, mailAddress };
    await expect(openTableRows(sealing, letters, [row])).rejects.toMatchObject({ code: 'no-envelope' });
    const noted: unknown[] = [];
    const onUnreadable = ({ column, row: id }: { column: string; row: string }, { code }: { code: string }) =>
      void noted.push(`${column} ${id} ${code}`);
    const [opened] = await openTableRows({ ...sealing, onUnreadable }, letters, [row]);
    expect(opened).toMatchObject({ ...letter, mailAddress: '' });
    expect(noted).toEqual(['mail_address 2026-1 no-envelope']);
  }
});

test('what is no text is neither sealed as one nor taken for a person', async () => {
  const sealing = await newSealing();
  for (const row of [
    { ...letter, mailAddress: 5 },
    { ...letter, ownerId: 5 },
  ]) {
    await expect(sealTableRows(sealing, letters, [row])).rejects.toMatchObject({ code: 'not-sealable' });
  }
  const [sealed = {}] = await sealTableRows(sealing, letters, [letter]);
  const unread = openTableRows(sealing, letters, [{ ...sealed, mailAddress: 5 }]);
  await expect(unread).rejects.toMatchObject({ code: 'not-sealable' });
});

test('equal values of a column have equal look-up values, which are not the values', async () => {
  const sealing = await newSealing();
  const [one, two, other] = await sealTableRows(sealing, letters, [
    letter,
    { ...letter, id: '2026-2', ownerId: 'user_2' },
    { ...letter, id: '2026-3', mailAddress: 'han@example.com' },
  ]);
  expect(one?.['mailAddressIndex']).toBe(two?.['mailAddressIndex']);
  expect(one?.['mailAddressIndex']).not.toBe(other?.['mailAddressIndex']);
  expect(one?.['mailAddress']).not.toBe(two?.['mailAddress']);
});

test('a look-up column with a form finds values that are equal in that form', async () => {
  const sealing = await newSealing();
  const [one, two, other] = await sealTableRows(sealing, letters, [
    letter,
    { ...letter, id: '2026-2', mailAddress: 'han@example.com' },
    { ...letter, id: '2026-3', mailAddress: 'han@example.org' },
  ]);
  expect(one?.['mailDomainIndex']).toBe(two?.['mailDomainIndex']);
  expect(one?.['mailDomainIndex']).not.toBe(other?.['mailDomainIndex']);
  const exchanged = { ...one, mailDomainIndex: other?.['mailDomainIndex'] };
  await expect(openTableRows(sealing, letters, [exchanged])).rejects.toMatchObject({ code: 'other-index' });
});

test('a value that was moved to another row, person or column does not open', async () => {
  const sealing = await newSealing();
  const [sealed = {}] = await sealTableRows(sealing, letters, [letter]);
  const moved = [
    { ...sealed, id: '2026-2' },
    { ...sealed, ownerId: 'user_2' },
    { ...sealed, mailAddress: sealed['enclosures'] },
  ];
  await sealTableRows(sealing, letters, [{ ...letter, ownerId: 'user_2' }]);
  for (const row of moved) {
    await expect(openTableRows(sealing, letters, [row])).rejects.toMatchObject({ code: 'does-not-open' });
  }
});

test('a value beside the look-up value of another does not open, also where the value itself is whole', async () => {
  const sealing = await newSealing();
  const [mine = {}, others = {}] = await sealTableRows(sealing, letters, [
    letter,
    { ...letter, id: '2026-2', ownerId: 'user_2', mailAddress: 'han@example.com' },
  ]);
  const exchanged = { ...mine, mailAddressIndex: others['mailAddressIndex'] };
  await expect(openTableRows(sealing, letters, [exchanged])).rejects.toMatchObject({ code: 'other-index' });
  const noted: string[] = [];
  const onUnreadable = ({ column, row }: { column: string; row: string }, { code }: { code: string }) =>
    void noted.push(`${column} ${row} ${code}`);
  const [opened] = await openTableRows({ ...sealing, onUnreadable }, letters, [exchanged]);
  expect(opened).toMatchObject({ mailAddress: '', enclosures: letter.enclosures });
  expect(noted).toEqual(['mail_address 2026-1 other-index']);
});

test('rows about an unknown person are sealed under a key of their own time', async () => {
  const sealing = await newSealing();
  const unowned = { ...letter, ownerId: null };
  const [sealed = {}] = await sealTableRows(sealing, letters, [unowned]);
  expect((await openTableRows(sealing, letters, [sealed]))[0]).toMatchObject(unowned);
  await sealing.vault.destroy('unknown:2026', 'content');
  expect((await openTableRows(sealing, letters, [sealed]))[0]).toMatchObject({
    mailAddress: '',
    phone: null,
    enclosures: null,
  });
});

test('POOL-sec-5 where the key was destroyed nothing opens, however the row came back', async () => {
  const sealing = await newSealing();
  const [sealed = {}] = await sealTableRows(sealing, letters, [letter]);
  await sealing.vault.destroy('user_1', 'all');
  expect((await openTableRows(sealing, letters, [sealed]))[0]).toMatchObject({
    id: '2026-1',
    mailAddress: '',
    phone: null,
    enclosures: null,
  });
});

test('a row that does not say whose it is, is refused', async () => {
  const sealing = await newSealing();
  const { ownerId: _owner, ...incomplete } = letter;
  await expect(sealTableRows(sealing, letters, [incomplete])).rejects.toMatchObject({
    code: 'row-incomplete',
  });
  const plain = openTableRows(sealing, letters, [letter]);
  await expect(plain).rejects.toMatchObject({ code: 'no-envelope' });
});

test('the registry refuses a look-up column without a sealed one, and sealed columns without one primary key', () => {
  const { privacy: other } = createShop();
  other.privacyTable(
    pgSchema('post'),
    'parcels',
    {
      id: other.plain(text(), 'random identifier'),
      shopId: other.plain(text(), 'random identifier'),
      ownerId: other.plain(text(), 'random identifier'),
      note: other.personal(sealedText(), { ...datum, subject: 'ownerId' }),
      addressIndex: other.blindIndex(indexText(), 'address'),
    },
    rule,
  );
  expect(() => buildRegistry(other)).toThrow(
    /look-up column of address[\s\S]*primary key must be one column/,
  );
});
