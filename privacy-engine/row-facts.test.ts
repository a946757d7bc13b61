import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  customType,
  doublePrecision,
  foreignKey,
  index,
  jsonb,
  pgSchema,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { expect, test } from 'vitest';
import { sealedJson, sealedText } from './declare.ts';
import { buildRegistry } from './registry.ts';
import { cuttableColumns, isFoundBySubject } from './row-facts.ts';
import { completeDatum, createShop } from './testing/shop.ts';

const schema = pgSchema('shop');
const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' });

test('only an index over all rows that begins with person and key finds one person among many', () => {
  const columns = () => ({ id: text().primaryKey(), ownerId: text(), note: text() });
  const found = (table: Parameters<typeof isFoundBySubject>[0]) => isFoundBySubject(table, 'owner_id', 'id');
  expect(found(schema.table('a', columns()))).toBe(false);
  expect(found(schema.table('b', columns(), (t) => [index('b1').on(t.ownerId)]))).toBe(false);
  expect(found(schema.table('c', columns(), (t) => [index('c1').on(t.note, t.ownerId, t.id)]))).toBe(false);
  expect(
    found(
      schema.table('d', columns(), (t) => [
        index('d1')
          .on(t.ownerId, t.id)
          .where(sql`note is null`),
      ]),
    ),
  ).toBe(false);
  expect(found(schema.table('e', columns(), (t) => [index('e1').on(sql`lower(owner_id)`, t.id)]))).toBe(
    false,
  );
  expect(found(schema.table('j', columns(), (t) => [index('j1').on(t.ownerId, t.id.desc())]))).toBe(false);
  expect(found(schema.table('f', columns(), (t) => [index('f1').on(t.ownerId, t.id, t.note)]))).toBe(true);
  expect(found(schema.table('g', columns(), (t) => [uniqueIndex('g1').on(t.ownerId, t.id)]))).toBe(true);
  const keyed = schema.table('h', { ownerId: text(), id: text() }, (t) => [
    primaryKey({ name: 'h1', columns: [t.ownerId, t.id] }),
  ]);
  expect(found(keyed)).toBe(true);
  expect(isFoundBySubject(schema.table('i', { id: text().primaryKey() }), 'id', 'id')).toBe(true);
});

test("a table about persons in which one person's rows cannot be found is refused", () => {
  const { privacy } = createShop();
  privacy.privacyTable(
    schema,
    'notes',
    {
      id: privacy.plain(text().primaryKey(), 'random identifier'),
      ownerId: privacy.plain(text().notNull(), 'random identifier'),
      note: privacy.personal(text(), { ...completeDatum, subject: 'ownerId' }),
    },
    {
      tenant: 'ownerId',
      subject: 'ownerId',
      title: { zh: '备注', en: 'Notes' },
      rows: 'delete',
      access: { orders: ['select'] },
    },
  );
  expect(() => buildRegistry(privacy)).toThrow('it needs an index on (owner_id, id)');
});

test('a column knows the type of its values, whatever they look like at rest', () => {
  const { privacy } = createShop();
  const datum = { ...completeDatum, subject: 'id' } as const;
  const { clear: _clear, ...sealedDatum } = datum;
  privacy.privacyTable(
    schema,
    'types',
    {
      id: privacy.plain(text().primaryKey(), 'random identifier'),
      name: privacy.personal(sealedText(), sealedDatum),
      settings: privacy.personal(sealedJson(), sealedDatum),
      tags: privacy.personal(jsonb(), datum),
      count: privacy.personal(bigint({ mode: 'number' }), datum),
      amount: privacy.personal(bigint({ mode: 'bigint' }), datum),
      seenAt: privacy.personal(timestamp({ withTimezone: true }), datum),
      share: privacy.personal(doublePrecision(), datum),
      isPaid: privacy.personal(boolean(), datum),
      picture: privacy.personal(bytea(), datum),
    },
    {
      tenant: 'id',
      subject: 'id',
      title: { zh: '类型', en: 'Types' },
      rows: 'delete',
      access: { orders: ['select'] },
    },
  );
  const table = buildRegistry(privacy).tables.find(({ name }) => name === 'types');
  expect(Object.fromEntries((table?.columns ?? []).map(({ name, valueType }) => [name, valueType]))).toEqual({
    id: 'text',
    name: 'text',
    settings: 'json',
    tags: 'json',
    count: 'integer',
    amount: 'bigint',
    seen_at: 'instant',
    share: 'number',
    is_paid: 'boolean',
    picture: 'bytes',
  });
});

test('a reference can be cut where it may be null', () => {
  const shelves = schema.table('shelves', { id: text().primaryKey() });
  const boxes = schema.table(
    'boxes',
    { shelfId: text(), fixedId: text().notNull(), lastShelf: text(), note: text() },
    (table) => [
      foreignKey({ name: 'a', columns: [table.shelfId], foreignColumns: [shelves.id] }),
      foreignKey({ name: 'b', columns: [table.fixedId], foreignColumns: [shelves.id] }),
      foreignKey({ name: 'c', columns: [table.lastShelf], foreignColumns: [shelves.id] }),
      foreignKey({ name: 'd', columns: [table.shelfId], foreignColumns: [shelves.id] }),
    ],
  );
  expect(cuttableColumns(boxes)).toEqual(['last_shelf', 'shelf_id']);
  expect(cuttableColumns(shelves)).toEqual([]);
});
