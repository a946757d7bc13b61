import { eq } from 'drizzle-orm';
import { expect } from 'vitest';
import { inTransaction } from '../../kernel/db.ts';
import { contextWith, test } from '../../testing/test.ts';
import { forgetOldAccesses } from './jobs.ts';
import { accessLog } from './schema.ts';

test('every request leaves its source address and route, but no query string', async ({ app, anonymous }) => {
  const answer = await app.inject({
    url: '/api/privacy/collection-list?lang=en&marker=hunter2',
    headers: { 'user-agent': 'marker-agent' },
  });
  expect(answer.statusCode).toBe(200);
  await app.close();
  const rows = await inTransaction(anonymous, 'security', (ctx) =>
    ctx.db.select().from(accessLog).where(eq(accessLog.userAgent, 'marker-agent')),
  );
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatchObject({ ip: '127.0.0.1', route: '/api/privacy/collection-list', status: 200 });
  expect(
    JSON.stringify(rows, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)),
  ).not.toContain('hunter2');
});

test('DRUN-3.1.g the access log is there on day 179 and gone after six months', async ({
  database,
  clock,
  anonymous,
}) => {
  const system = contextWith(database.db, clock, { kind: 'system', name: 'test' }, null);
  const line = {
    tenantId: null,
    userId: null,
    ip: '192.0.2.1',
    userAgent: 'day-179',
    method: 'GET',
    route: '/',
    status: 200,
    durationMs: 1,
    requestId: 'req_1',
  };
  await inTransaction(system, 'security', (ctx) =>
    ctx.db.insert(accessLog).values({ id: 'access_day', ...line, createdAt: clock.now() }),
  );
  const mine = () =>
    inTransaction(anonymous, 'security', (ctx) =>
      ctx.db.select().from(accessLog).where(eq(accessLog.userAgent, 'day-179')),
    );
  clock.advanceMs(179 * 86_400_000);
  await forgetOldAccesses(system);
  expect(await mine()).toHaveLength(1);
  clock.advanceMs(6 * 86_400_000);
  await forgetOldAccesses(system);
  expect(await mine()).toHaveLength(0);
});
