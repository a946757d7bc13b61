import { sql } from 'drizzle-orm';
import { expect } from 'vitest';
import { test } from '../testing/test.ts';
import { inTransaction, poolOf, query } from './db.ts';
import { runTransaction } from './run-transaction.ts';
import { together } from './together.ts';

test('statements sent together are carried out in the order they were sent, each seeing what the others did before it', async ({
  ctx,
}) => {
  const said = await inTransaction(ctx, 'account', async (ctx) => {
    const say = (word: string) =>
      query<{ said: string }>(
        ctx,
        `select set_config('app.said', coalesce(current_setting('app.said', true), '') || $1, true) as said`,
        [word],
      );
    return together<{ said: string }[][]>(ctx, ...['a', 'b', 'c'].map((word) => () => say(word)));
  });
  expect(said.map(([row]) => row?.said)).toEqual(['a', 'ab', 'abc']);
});

test('when one of them fails, the transaction fails with its error, and only after the others have ended', async ({
  ctx,
}) => {
  let isOver = false;
  const failed = inTransaction(ctx, 'account', (ctx) =>
    together<[unknown, unknown]>(
      ctx,
      () => query(ctx, 'select 1 / 0'),
      async () => {
        await query(ctx, 'select 1').catch(() => {});
        await new Promise(setImmediate);
        isOver = true;
      },
    ),
  );
  await expect(failed).rejects.toMatchObject({ code: '22012' });
  expect(isOver).toBe(true);
});

test('a part that PostgreSQL refuses is what the transaction fails with, when one before it in the list went on sending', async ({
  ctx,
}) => {
  const failed = inTransaction(ctx, 'account', (ctx) =>
    together<[unknown, unknown]>(
      ctx,
      async () => {
        await query(ctx, 'select 1');
        // For the first time on this connection, so the second is of a statement that could not be prepared.
        await together<[unknown, unknown]>(
          ctx,
          () => query(ctx, 'select 1 as never_prepared'),
          () => query(ctx, 'select 1 as never_prepared'),
        );
      },
      () => query(ctx, 'select 1 / 0'),
    ),
  );
  await expect(failed).rejects.toMatchObject({ code: '22012' });
});

test('a transaction whose later part was in the way of another is run again', async ({ ctx }) => {
  let runs = 0;
  await inTransaction(ctx, 'account', async (ctx) => {
    runs += 1;
    await together<[unknown, unknown]>(
      ctx,
      async () => {
        await query(ctx, 'select 1');
        await query(ctx, 'select 2');
      },
      () => query(ctx, runs === 1 ? `do $$ begin raise sqlstate '40P01'; end $$` : 'select 3'),
    );
  });
  expect(runs).toBe(2);
});

test('a part that throws at once is what the transaction fails with, after the others have ended', async ({
  ctx,
}) => {
  let isOver = false;
  const failed = inTransaction(ctx, 'account', (ctx) =>
    together<[unknown, unknown]>(
      ctx,
      async () => {
        await query(ctx, 'select 1');
        await query(ctx, 'select 2');
        isOver = true;
      },
      () => {
        throw new Error('thrown at once');
      },
    ),
  );
  await expect(failed).rejects.toThrow('thrown at once');
  expect(isOver).toBe(true);
});

test('a part that waits before it sends is refused, because its place in the order is not known', async ({
  ctx,
}) => {
  const failed = inTransaction(ctx, 'account', (ctx) =>
    together<[unknown, unknown]>(
      ctx,
      () => query(ctx, 'select 1'),
      // The query builder sends when it is awaited.
      async () => ctx.db.execute(sql`select 2`),
    ),
  );
  await expect(failed).rejects.toThrow('sent nothing at once');
});

test('a transaction that cannot begin says why, and nothing of its work is carried out', async ({
  ctx,
  database,
}) => {
  await database.admin.query(
    'create schema outside; grant usage on schema outside to public; create table outside.rows (n integer); grant insert on outside.rows to public',
  );
  const begun = (setup: string) =>
    runTransaction(poolOf(ctx), { begin: 'begin', setup }, (client) =>
      client.query('insert into outside.rows values (1)'),
    );
  await expect(begun('set local role not_there')).rejects.toMatchObject({ code: '22023' });
  await expect(begun('set local role candor_app; select (')).rejects.toMatchObject({ code: '42601' });
  await expect(begun(`select 'a\0b'`)).rejects.toMatchObject({ code: '08P01' });
  expect((await database.admin.query('select n from outside.rows')).rows).toEqual([]);
});
