import { sql } from 'drizzle-orm';
import { expect } from 'vitest';
import { test } from '../testing/test.ts';
import { inTransaction } from './db.ts';
import { isConnectionLost } from './database-faults.ts';

test('a connection that dies between two statements fails its transaction, not the process, and the next one works', async ({
  ctx,
  database,
}) => {
  const died = inTransaction(ctx, 'account', async (ctx) => {
    const { rows } = await ctx.db.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`);
    const client = ctx.db.$client;
    const ended = new Promise<void>((resolve) => void client.once('end', resolve));
    await database.admin.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
    await ended;
    await ctx.db.execute(sql`select 1`);
  });
  const error: unknown = await died.catch((reason: unknown) => reason);
  expect(isConnectionLost(error)).toBe(true);
  await inTransaction(ctx, 'account', (ctx) => ctx.db.execute(sql`select 1`));
});
