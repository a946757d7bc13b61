import { sql } from 'drizzle-orm';
import { expect } from 'vitest';
import type { Ctx } from '../../../kernel/context.ts';
import { inTransaction } from '../../../kernel/db.ts';
import { registry } from '../../../testing/registry.ts';
import { test } from '../../../testing/test.ts';
import { findWhenRowsGo } from '../when-rows-go.ts';
import { findHeldClasses } from './held-classes.ts';
import { allSubjectRows, countSubjectRows, type ReadRows, readSubjectRows } from './subject-rows.ts';

test('one person is found by the index on person and key, on every table', async ({ database }) => {
  const about = registry.tables.filter(
    ({ subjectColumn, columns }) => subjectColumn !== null && columns.some(({ datum }) => datum !== null),
  );
  expect(about.length).toBeGreaterThan(10);
  for (const { schema, name, subjectColumn, keyColumn } of about) {
    const place = `${schema}.${name}`;
    const client = await database.admin.connect();
    try {
      await client.query(
        'begin; set local enable_seqscan = off; set local enable_sort = off; set local enable_bitmapscan = off',
      );
      // On an empty table the primary key is as good as any index, so it steps aside.
      if (keyColumn !== subjectColumn)
        await client.query(`alter table ${place} drop constraint ${name}_pkey cascade`);
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(
        `explain select ${keyColumn} from ${place} where ${subjectColumn} = 'user_1' and ${keyColumn} < '1' order by ${keyColumn} desc limit 500`,
      );
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
      expect(plan, place).toMatch(new RegExp(`Index Cond: .*${subjectColumn} = `));
      expect(plan, place).not.toContain('Sort');
    } finally {
      await client.query('rollback');
      client.release();
    }
  }
});

test('reading touches a few times their own rows, wherever they lie among those of others', async ({
  ctx,
  database,
}) => {
  const own = 4000;
  const userId = ctx.actor.kind === 'user' ? ctx.actor.userId : '';
  // The worst places for a walk along the keys: the newest rows are others', and so are the oldest.
  await database.admin.query(
    `insert into billing.usage_events (id, request_id, tenant_id, user_id, api_key_id, model_id, price_version_id, input_tokens, output_tokens,
       charge_micros, is_estimated, is_streamed, outcome, started_at, duration_ms, finished_at, billable_at, is_late, created_at)
     select 'usage_p' || to_char(n, 'FM000000'), 'req_plan_' || n, 'tenant', case when n between 18001 and 18000 + $2 then $1 else 'user_' || n % 3 end,
       'key', 'model', 'price', n, 1, 1, false, false, 'completed', now(), 1, now(), now(), false, now() from generate_series(1, 40000) n`,
    [userId, own],
  );
  await database.admin.query('analyze billing.usage_events');
  const table = registry.tables.find(({ name }) => name === 'usage_events');
  if (table === undefined) throw new Error('usage_events is not declared');
  const touched = async (ctx: Ctx) => {
    const { rows } = await ctx.db.execute<{ touched: bigint }>(
      sql`select seq_tup_read + coalesce(idx_tup_fetch, 0) as touched from pg_stat_xact_user_tables where relname = 'usage_events'`,
    );
    return Number(rows[0]?.touched);
  };
  const touchedBy = async (work: (ctx: Ctx, what: ReadRows) => Promise<unknown>) =>
    inTransaction(ctx, 'rights', async (ctx) => {
      const before = await touched(ctx);
      await work(ctx, { table, columns: ['input_tokens', 'started_at'], held: await findHeldClasses(ctx) });
      return (await touched(ctx)) - before;
    });
  const read: number[] = [];
  const all = await touchedBy(async (ctx, what) => {
    for await (const batch of allSubjectRows(ctx, what, 500))
      read.push(...batch.map((row) => Number(row['input_tokens'])));
  });
  expect(read).toEqual(Array.from({ length: own }, (_, place) => 18000 + own - place));
  expect(all).toBeLessThanOrEqual(2 * own);
  expect(await touchedBy(countSubjectRows)).toBeLessThanOrEqual(2 * own);
  const shown = { limit: 100, before: 'usage_p020000' } as const;
  expect(await touchedBy((ctx, what) => readSubjectRows(ctx, what, shown))).toBeLessThanOrEqual(
    2 * own + 100,
  );
  expect(await touchedBy((ctx) => findWhenRowsGo(ctx, table))).toBeLessThanOrEqual(2 * own + 2);
});
