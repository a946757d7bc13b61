import { sql } from 'drizzle-orm';
import { expect } from 'vitest';
import { test } from '../testing/test.ts';
import type { Ctx } from './context.ts';
import { isConnectionLost } from './database-faults.ts';
import { inTransaction, lockName } from './db.ts';

/** A place where two have to arrive before either goes on. */
function meeting() {
  const arrived: (() => void)[] = [];
  return async () => {
    const met = new Promise<void>((resolve) => void arrived.push(resolve));
    if (arrived.length === 2) for (const goOn of arrived) goOn();
    await met;
  };
}

async function loseConnection(ctx: Ctx, kill: (pid: number | undefined) => Promise<unknown>): Promise<void> {
  const { rows } = await ctx.db.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`);
  const client = ctx.db.$client;
  const ended = new Promise<void>((resolve) => void client.once('end', resolve));
  await kill(rows[0]?.pid);
  await ended;
}

test('of two transactions in a deadlock the victim is run again, and both come to their end', async ({
  ctx,
}) => {
  const bothHoldOne = meeting();
  let runs = 0;
  const lockBoth = async (first: string, second: string) => {
    let isFirstRun = true;
    await inTransaction(ctx, 'account', async (ctx) => {
      runs += 1;
      await lockName(ctx, first);
      if (isFirstRun) await bothHoldOne();
      isFirstRun = false;
      await lockName(ctx, second);
    });
  };
  await Promise.all([lockBoth('left', 'right'), lockBoth('right', 'left')]);
  expect(runs).toBe(3);
});

test('a transaction inside another is not retried alone: the outermost one is', async ({ ctx }) => {
  let outer = 0;
  let inner = 0;
  await inTransaction(ctx, 'account', async (ctx) => {
    outer += 1;
    await inTransaction(ctx, 'account', async (ctx) => {
      inner += 1;
      if (inner === 1) await ctx.db.execute(sql.raw(`do $$ begin raise sqlstate '40001'; end $$`));
    });
  });
  expect([outer, inner]).toEqual([2, 2]);
});

test('a connection lost before the commit costs nothing: the transaction is run again on another one', async ({
  ctx,
  database,
}) => {
  let runs = 0;
  const result = await inTransaction(ctx, 'account', async (ctx) => {
    runs += 1;
    if (runs === 1) {
      await loseConnection(ctx, (pid) => database.admin.query('select pg_terminate_backend($1)', [pid]));
    }
    return (await ctx.db.execute<{ one: number }>(sql`select 1 as one`)).rows[0]?.one;
  });
  expect([result, runs]).toEqual([1, 2]);
});

test('a commit that was sent and not answered is not repeated', async ({ ctx }) => {
  let runs = 0;
  const unheard = inTransaction(ctx, 'account', async (ctx) => {
    runs += 1;
    const client = ctx.db.$client;
    const send: (text: string) => Promise<unknown> = client.query.bind(client);
    Object.assign(client, {
      query: async (text: string) => {
        await send(text);
        if (text === 'commit') throw Object.assign(new Error('the answer was lost'), { code: 'ECONNRESET' });
      },
    });
  });
  expect(isConnectionLost(await unheard.catch((error: unknown) => error))).toBe(true);
  expect(runs).toBe(1);
});

test('a mistake in a statement is not repeated', async ({ ctx }) => {
  let runs = 0;
  const mistaken = inTransaction(ctx, 'account', async (ctx) => {
    runs += 1;
    await ctx.db.execute(sql`select 1 / 0`);
  });
  await expect(mistaken).rejects.toThrow('select 1 / 0');
  expect(runs).toBe(1);
});
