import { pgSchema, text } from 'drizzle-orm/pg-core';
import { expect, test } from 'vitest';
import { createPrivacy, indexText, sealedText } from './declare.ts';
import { DeclarationError } from './declaration-error.ts';
import type { RowVerb } from './declaration-types.ts';
import { type BroughtParts, buildRegistry, sealedTableOf } from './registry.ts';
import { datum, type Declared, notesOf, notesVocabulary } from './testing/notes.ts';
import { completeDatum, createShop } from './testing/shop.ts';

const said = { zh: '示例', en: 'Example' };
const purpose = {
  basis: 'contract',
  essential: true,
  scope: 'platform',
  duringRestriction: 'continues',
  text: said,
} as const;

/** A shop whose notes are open to whatever purposes its parts bring. */
function shopWith(brought: BroughtParts, ofParts: readonly RowVerb[] = ['select']) {
  const privacy = createPrivacy({
    purposes: { work: purpose },
    recipients: {},
    services: { buying: said },
    anchors: { 'account.closed': said },
  });
  const { clear: _clear, ...sealed } = completeDatum;
  privacy.privacyTable(
    pgSchema('shop'),
    'notes',
    {
      id: privacy.plain(text().primaryKey(), 'random identifier'),
      note: privacy.personal(sealedText(), { ...sealed, purposes: ['*', 'work'] }),
      noteIndex: privacy.blindIndex(indexText(), 'note'),
      kind: privacy.personal(text(), {
        ...completeDatum,
        purposes: ['work'],
        wordList: 'kinds',
      }),
    },
    {
      tenant: { none: 'test' },
      subject: 'id',
      title: said,
      rows: 'delete',
      access: { work: ['select'], '*': ofParts },
    } as never,
  );
  return buildRegistry(privacy, [], undefined, brought);
}

const brought = {
  purposes: { letters: purpose, calls: purpose },
  recipients: { courier: { role: 'entrusted', region: 'CN', text: said } },
  wordLists: { kinds: { gold: said }, others: { tin: said } },
} as const;

test('purposes, recipients and words that parts bring are declared as if the vocabulary had them', () => {
  expect(() => shopWith({ ...brought, purposes: { letters: purpose } }, ['insert'])).toThrow(
    'kind: purpose letters may insert the row but is no purpose of the column',
  );
  const registry = shopWith(brought);
  const [table] = registry.tables;
  expect(Object.keys(registry.vocabulary.purposes)).toEqual(['work', 'letters', 'calls']);
  expect(Object.keys(registry.vocabulary.recipients)).toEqual(['courier']);
  expect(table?.rule.access).toEqual({ letters: ['select'], calls: ['select'], work: ['select'] });
  const column = (key: string) => table?.columns.find((one) => one.key === key);
  expect(column('note')?.datum?.purposes).toEqual(['work', 'letters', 'calls']);
  expect(column('kind')?.datum).toMatchObject({ purposes: ['work'], words: { gold: said } });
});

test('a look-up value is its datum in another form: as long kept, and given and corrected with it alone', () => {
  const { tables } = shopWith({ ...brought, purposes: {} });
  const [note, index] = ['note', 'noteIndex'].map((key) => tables[0]?.columns.find((one) => one.key === key));
  expect([note?.atRest, index?.atRest, tables[0]?.columns[0]?.atRest]).toEqual(['sealed', 'index', 'clear']);
  expect(index?.datum).toMatchObject({
    title: { zh: '备注（检索值）', en: 'Note (look-up value)' },
    keep: note?.datum?.keep,
    onErase: note?.datum?.onErase,
    export: { no: { en: 'the look-up value of a datum that is in the export itself' } },
    edit: { no: { en: 'it follows the datum it belongs to' } },
    log: 'never',
  });
});

test('a list of words that no part brings, and a table that was not declared, are named', () => {
  expect(() => shopWith({ ...brought, purposes: {}, wordLists: {} })).toThrow(
    'nothing puts the word list kinds together',
  );
  const { privacy, schema, customers } = createShop();
  const boxes = schema.table('boxes', { id: text() });
  expect(() => buildRegistry(privacy, [], [customers, boxes])).toThrow(
    new DeclarationError(['boxes is not declared']),
  );
  expect(buildRegistry(privacy, [], [customers]).tables.map(({ name }) => name)).toEqual(['customers']);
});

test('what sealing needs to know of a table is known of every table that seals, and of no other', () => {
  const [table] = shopWith({ ...brought, purposes: {} }).tables;
  expect(table === undefined ? null : sealedTableOf(table)).toEqual({
    name: 'shop.notes',
    keyKey: 'id',
    subjectKey: 'id',
    columns: [{ key: 'note', column: 'note', type: 'text', keyClass: 'content', isNullable: true }],
    indexes: [{ key: 'noteIndex', of: 'note', column: 'note_index', form: null }],
  });
  const sealed = (declared: Declared) => {
    const privacy = notesVocabulary();
    const note = datum(privacy, { clear: undefined }, sealedText());
    return sealedTableOf(notesOf(privacy, { ...declared, columns: { note, ...declared.columns } }));
  };
  expect(sealed({})).toMatchObject({ keyKey: 'id', subjectKey: 'ownerId' });
  expect(sealed({ columns: { note: null } })).toBeNull();
  expect(sealed({ keys: 'composed' })).toBeNull();
  expect(sealed({ rule: { subject: undefined } })).toBeNull();
});

test('a purpose that a part brings has no access to a table that is not open to such purposes', () => {
  const { privacy } = createShop();
  const { tables } = buildRegistry(privacy, [], undefined, { purposes: brought.purposes });
  expect(tables.map(({ rule }) => Object.keys(rule.access))).toEqual([['orders', 'research']]);
});

test('a datum for the purposes of parts alone has none where no part brings any', () => {
  const privacy = notesVocabulary();
  notesOf(privacy, { columns: { note: datum(privacy, { purposes: ['*'], export: { no: said } }) } });
  expect(() => buildRegistry(privacy)).toThrow('note: purpose * has no access to the table');
});
