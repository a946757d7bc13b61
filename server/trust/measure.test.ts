import { expect } from 'vitest';
import { openDatabase } from '../kernel/db.ts';
import { createLog } from '../kernel/log.ts';
import { listUsageEvents } from '../modules/billing/usage.ts';
import { transactionsCsv } from '../modules/wallet/transactions-csv.ts';
import { fillTable } from '../testing/many-rows.ts';
import { contextWith, test } from '../testing/test.ts';
import { lists } from './lists.fixture.ts';

test('measure', { timeout: 500_000 }, async ({ database, clock }) => {
  const actor = {
    kind: 'user',
    userId: 'user_many',
    sessionId: 's',
    role: 'owner',
    isOperator: false,
  } as const;
  const db = openDatabase(database.appUrl, createLog('silent'));
  const ctx = contextWith(db, clock, actor, 'tnt_many');
  const t = lists['/api/wallet/transactions'];
  const u = lists['/api/billing/usage/events'];
  if (t === undefined || u === undefined) throw new Error('x');
  await fillTable(database.admin, u.table, 1_000_000, u.rows);
  const time = async (name: string) => {
    await listUsageEvents(ctx, { limit: 50 });
    const times = [];
    for (let i = 0; i < 7; i += 1) {
      const s = performance.now();
      await listUsageEvents(ctx, { limit: 50 });
      times.push(performance.now() - s);
    }
    console.log(name, times.toSorted((a, b) => a - b)[3]);
  };
  await time('usage first page after ms');
  const plan = () =>
    database.admin.query(
      `explain analyze select * from billing.usage_events where tenant_id = 'tnt_many' order by finished_at desc, id desc limit 51`,
    );
  console.log('plan after', (await plan()).rows.at(-1));
  await database.admin.query(
    `drop index billing.usage_events_tenant_id_finished_at_idx; create index x on billing.usage_events (tenant_id, finished_at desc nulls last, id desc nulls last)`,
  );
  await time('usage first page before ms');
  console.log('plan before', (await plan()).rows.at(-1));
  await fillTable(database.admin, t.table, 300_000, t.rows);
  let bytes = 0;
  const before = process.memoryUsage().heapUsed;
  let most = 0;
  const start = performance.now();
  for await (const part of transactionsCsv(ctx, {})) {
    bytes += part.length;
    most = Math.max(most, process.memoryUsage().heapUsed - before);
  }
  console.log('CSV 300000 rows ms', performance.now() - start, 'MB', bytes / 1e6, 'heap MB', most / 1e6);
  await db.$client.end();
  expect(1).toBe(1);
});
