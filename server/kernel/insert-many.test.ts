import { bigint, boolean, integer, pgSchema, text, timestamp } from 'drizzle-orm/pg-core';
import { expect } from 'vitest';
import { test as base } from '../testing/test.ts';
import type { Ctx } from './context.ts';
import { inTransaction } from './db.ts';
import { columnList, insertMany } from './insert-many.ts';

const things = pgSchema('heap').table('things', {
  id: text().primaryKey(),
  place: integer().generatedAlwaysAsIdentity(),
  manyWords: text().array().notNull(),
  manyNumbers: bigint({ mode: 'bigint' }).array().notNull(),
  isNew: boolean().notNull().default(true),
  madeAt: timestamp({ withTimezone: true }),
});

const test = base.extend<{ inThings: <T>(work: (ctx: Ctx) => Promise<T>) => Promise<T> }>({
  async inThings({ ctx, database }, use) {
    await database.admin.query(
      `drop schema if exists heap cascade; create schema heap; grant usage on schema heap to public;
      create table heap.things (id text primary key, place integer generated always as identity, many_words text[] not null,
        many_numbers bigint[] not null, is_new boolean not null default true, made_at timestamptz);
      grant all on heap.things to public`,
    );
    await use((work) => inTransaction(ctx, 'account', work));
  },
});

const listed = (ctx: Ctx) => ctx.db.select().from(things).orderBy(things.place);

test('rows come back as they were given, in their order, whatever stands in them', async ({ inThings }) => {
  const hostile = ['a"b', "it's", '{x,y}', 'c\\d', '', 'null', '中文 \u{1f600}'];
  const madeAt = new Date('2026-11-30T01:02:03.456Z');
  const rows = [
    { id: 'b', manyWords: hostile, manyNumbers: [9_007_199_254_740_993n, -1n], madeAt },
    { id: 'a', manyWords: [], manyNumbers: [], madeAt: null },
    ...hostile.map((id) => ({ id: `id ${id}`, manyWords: [id], manyNumbers: [0n], madeAt })),
  ];
  const found = await inThings(async (ctx) => {
    await insertMany(ctx, things, rows);
    return listed(ctx);
  });
  expect(found).toEqual(rows.map((row, n) => ({ ...row, place: n + 1, isNew: true })));
});

test('what happens to rows that are there, and what is answered, is said by the caller; no row is no statement', async ({
  inThings,
}) => {
  const row = (id: string) => ({ id, manyWords: [], manyNumbers: [] });
  const answers = await inThings(async (ctx) => [
    await insertMany(ctx, things, []),
    await insertMany(ctx, things, [row('a')]),
    await insertMany(ctx, things, [row('a'), row('b')], 'on conflict (id) do nothing returning id'),
  ]);
  expect(answers).toEqual([[], [], [{ id: 'b' }]]);
});

test('rows with different columns are refused: none is filled up in silence', async ({ inThings }) => {
  const row = { id: 'a', manyWords: [], manyNumbers: [] };
  const short = inThings((ctx) =>
    insertMany(ctx, things, [
      { ...row, isNew: false },
      { ...row, id: 'b' },
    ]),
  );
  await expect(short).rejects.toThrow('a row has no isNew');
  expect(() => columnList(things)).toThrow('columns that are lists');
  const unknown = inThings((ctx) => insertMany(ctx, things, [{ ...row, other: 1 } as typeof row]));
  await expect(unknown).rejects.toThrow('things has no column other');
});
