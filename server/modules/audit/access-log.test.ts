import { expect } from 'vitest';
import { asSystem, type Ctx } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { newId, newTimelessId } from '../../kernel/id.ts';
import { runJobNow } from '../../kernel/jobs.ts';
import { openRows, sealRow } from '../../kernel/sealed-rows.ts';
import { contextWith, test } from '../../testing/test.ts';
import { createAccessLog } from './access-log.ts';
import { accessLog } from './schema.ts';

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly schema: { type?: string; pattern?: string; format?: string; enum?: unknown[] };
}

/** What the log holds about a browser. */
async function linesOf(ctx: Ctx, userAgent: string) {
  const rows = await inTransaction(asSystem(ctx, 'test'), 'security', (ctx) =>
    ctx.db.select().from(accessLog),
  );
  return (await openRows(ctx, accessLog, rows)).filter((line) => line.userAgent === userAgent);
}

test('DRUN-3.1.g every request leaves its source address and route, but no query string', async ({
  app,
  anonymous,
}) => {
  const answer = await app.inject({
    url: '/api/privacy/collection-list?lang=en&marker=hunter2',
    headers: { 'user-agent': 'marker-agent' },
  });
  expect(answer.statusCode).toBe(200);
  await app.close();
  const rows = await linesOf(anonymous, 'marker-agent');
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatchObject({ ip: '127.0.0.1', route: '/api/privacy/collection-list', status: 200 });
  expect(
    JSON.stringify(rows, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)),
  ).not.toContain('hunter2');
});

/** Names of parameters that are identifiers, hashes, positions or words of ours, whatever their schema lets through. */
const ours = new Set([
  'action',
  'actor',
  'apiKeyId',
  'channel',
  'cursor',
  'modelId',
  'overdue',
  'table',
  'targetId',
  'topUpId',
]);

test('DRUN-3.1.g no interface takes a value of a person in its address', async ({ app }) => {
  await app.ready();
  const { paths = {} } = app.swagger() as {
    paths?: Record<string, Record<string, { parameters?: Parameter[] }>>;
  };
  const inAddress = Object.entries(paths).flatMap(([path, methods]) =>
    Object.values(methods).flatMap(({ parameters = [] }) =>
      parameters
        .filter((parameter) => parameter.in !== 'header')
        .map(({ name, schema }) => ({ path, name, schema })),
    ),
  );
  expect(inAddress.length).toBeGreaterThan(50);
  const free = inAddress.filter(
    ({ name, schema: { type, pattern, format, enum: words } }) =>
      type === 'string' &&
      pattern === undefined &&
      format === undefined &&
      words === undefined &&
      !ours.has(name),
  );
  expect(free.map(({ path, name }) => `${path} ${name}`)).toEqual([]);
});

test('DRUN-3.1.g the access log is there on day 179 and gone after six months', async ({
  database,
  clock,
  anonymous,
}) => {
  const system = contextWith(database, clock, { kind: 'system', name: 'test' }, null);
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
  const row = await sealRow(system, accessLog, {
    id: newId('access'),
    ...line,
    createdAt: clock.now(),
  });
  await inTransaction(system, 'security', (ctx) => ctx.db.insert(accessLog).values(row));
  const mine = () => linesOf(anonymous, 'day-179');
  clock.advanceMs(179 * 86_400_000);
  await runJobNow(system, 'privacy.sweep', {});
  expect(await mine()).toHaveLength(1);
  clock.advanceMs(6 * 86_400_000);
  await runJobNow(system, 'privacy.sweep', {});
  expect(await mine()).toHaveLength(0);
});

test('visits of a person who is being erased, or whose keys were destroyed meanwhile, belong to no person, and do not hold up the others', async ({
  database,
  clock,
  anonymous,
}) => {
  const system = contextWith(database, clock, { kind: 'system', name: 'test' }, null);
  const [erased, frozen, other] = [newTimelessId('user'), newTimelessId('user'), newTimelessId('user')];
  await system.vault.destroy(erased, 'all');
  // Its keys are still there: the erasure has only begun.
  await database.admin.query(
    `insert into privacy.restrictions (subject_id, kind, created_at) values ($1, 'erased', now())`,
    [frozen],
  );
  const log = createAccessLog(system);
  const line = {
    tenantId: null,
    ip: '192.0.2.2',
    userAgent: 'late',
    method: 'GET',
    route: '/',
    status: 200,
    durationMs: 1,
    requestId: 'req_1',
    createdAt: clock.now(),
  };
  for (const userId of [erased, frozen, other, null]) log.write({ ...line, userId });
  await log.close();
  const written = await linesOf(anonymous, 'late');
  const byText = (a: string | null, b: string | null) => String(a).localeCompare(String(b));
  expect(written.map(({ userId }) => userId).toSorted(byText)).toEqual(
    [other, null, null, null].toSorted(byText),
  );
});
