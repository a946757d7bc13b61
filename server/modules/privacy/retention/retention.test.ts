import { emptyCheckSql, retentionContradictions, retentionRules } from '@candor/privacy-engine';
import { expect } from 'vitest';
import { databaseOptions, roleOf } from '../../../kernel/database-options.ts';
import { newId } from '../../../kernel/id.ts';
import { sealRows, unknownSubjectOfDay } from '../../../kernel/sealed-rows.ts';
import { registry } from '../../../testing/registry.ts';
import { confirmed, type Eraser, test } from '../../../testing/erasing.ts';
import { anApiKey, anOperator, aPerson, type Person } from '../../../testing/factories.ts';
import type { Database, TestClock } from '../../../testing/test.ts';
import { accessLog } from '../../audit/schema.ts';
import { inTransaction } from '../../../kernel/db.ts';
import { runErasure } from '../erasure/index.ts';
import { sweepRetention } from './index.ts';
import { rowsPerBatch, rulesOf } from './sweep.ts';

const dayMs = 24 * 60 * 60 * 1000;

async function visits(system: Eraser, userId: string | null, at: Date, count = 1): Promise<void> {
  const rows = await sealRows(
    system,
    accessLog,
    Array.from({ length: count }, () => ({
      id: newId('access'),
      tenantId: null,
      userId,
      ip: '203.0.113.9',
      userAgent: 'a browser',
      method: 'GET',
      route: '/api/identity/me',
      status: 200,
      durationMs: 1,
      requestId: newId('req'),
      createdAt: at,
    })),
  );
  await inTransaction(system, 'security', (ctx) => ctx.db.insert(accessLog).values(rows));
}

async function countVisits(database: Database, before: Date): Promise<number> {
  const { rows } = await database.admin.query<{ count: bigint }>(
    'select count(*) as count from audit.access_log where created_at <= $1',
    [before],
  );
  return Number(rows[0]?.count);
}

function doneFor(swept: Awaited<ReturnType<typeof sweepRetention>>, table: string, kind = 'ceiling') {
  return swept.find(({ rule }) => `${rule.table.schema}.${rule.table.name}` === table && rule.kind === kind);
}

async function gauge({ product }: Database, column: string): Promise<number | undefined> {
  const text = await product.metrics.registry.metrics();
  const line = text.split('\n').find((candidate) => candidate.includes(`column="${column}"`));
  return line === undefined ? undefined : Number(line.split(' ').at(-1));
}

test('LAW-11 every ceiling of the registry can be carried out without reading every row, and no floor is cut short', () => {
  expect(retentionRules(registry, databaseOptions.restrictionTable).length).toBeGreaterThan(10);
  expect(registry.tables.flatMap((table) => retentionContradictions(table))).toEqual([]);
});

test('the key of a day for unknown persons is destroyed when the last row of that day is gone', async ({
  database,
  clock,
  system,
}) => {
  const { vault } = database;
  const state = async (day: string) => (await vault.find(unknownSubjectOfDay(day), 'evidence')).state;
  // The oldest row that is still there is of the second of November.
  await visits(system, null, clock.now());
  for (const day of ['2026-10-20', '2026-11-01', '2026-11-02'])
    await vault.dek(unknownSubjectOfDay(day), 'evidence');
  await sweepRetention(system);
  expect(await state('2026-10-20')).toBe('destroyed');
  expect(await state('2026-11-01'), 'a day of grace').toBe('live');
  expect(await state('2026-11-02')).toBe('live');
});

test('DRUN-4.a a log line is there on its last day and gone on the next, in batches, with evidence', async ({
  database,
  clock,
  system,
}) => {
  const start = clock.now();
  await visits(system, null, start, rowsPerBatch + 500);
  clock.set(new Date('2027-05-02T03:19:59Z'));
  await sweepRetention(system);
  expect(await countVisits(database, start)).toBeGreaterThanOrEqual(rowsPerBatch + 500);
  clock.set(new Date('2027-05-02T03:20:00Z'));
  const swept = await sweepRetention(system);
  const found = doneFor(swept, 'audit.access_log');
  expect(found?.done).toBeGreaterThanOrEqual(rowsPerBatch + 500);
  expect(found?.candidates).toBe(found?.done);
  expect(await countVisits(database, start)).toBe(0);
  expect(await gauge(database, 'audit.access_log.ip')).toBe(0);
  const { rows } = await database.admin.query(
    `select "table", columns[1] as first, kind, verb, candidates::int, done::int, oldest from privacy.retention_evidence where "table" = 'audit.access_log' order by id`,
  );
  // A line for each batch, in the transaction of its deletion.
  const line = { table: 'audit.access_log', first: 'ip', kind: 'ceiling', verb: 'delete', oldest: start };
  const candidates = found?.done ?? 0;
  expect(rows).toEqual([
    { ...line, candidates, done: rowsPerBatch },
    { ...line, candidates, done: candidates - rowsPerBatch },
  ]);
});

test('a dry run says what is due and changes nothing; the operator sees it and can have it done', async ({
  app,
  database,
  clock,
  system,
}) => {
  await visits(system, null, clock.now(), 3);
  clock.set(new Date('2027-05-03T03:20:00Z'));
  const operator = await anOperator(app, database);
  const stateOf = async (method: 'GET' | 'POST', url: string) => {
    const answer = await operator.call(method, url);
    expect(answer.statusCode, answer.body).toBe(200);
    return answer
      .json<{
        items: { table: string; kind: string; candidates: number; done: number; overdueSeconds: number }[];
      }>()
      .items.find(({ table, kind }) => table === 'audit.access_log' && kind === 'ceiling');
  };
  const dry = await stateOf('GET', '/api/privacy/retention?lang=en');
  expect(dry).toMatchObject({ done: 0, overdueSeconds: dayMs / 1000 });
  expect(dry?.candidates).toBeGreaterThanOrEqual(3);
  expect(await countVisits(database, new Date('2026-11-03T00:00:00Z'))).toBeGreaterThanOrEqual(3);
  expect((await stateOf('POST', '/api/privacy/retention/sweep?lang=en'))?.done).toBe(dry?.candidates);
  const evidence = await operator.call('GET', '/api/privacy/retention/evidence');
  expect(evidence.json<{ items: object[] }>().items[0]).toMatchObject({
    table: 'audit.access_log',
    done: dry?.candidates,
  });
  const person = await aPerson(app);
  expect((await person.call('GET', '/api/privacy/retention')).statusCode).toBe(403);
});

test('DRUN-4.b codes are gone ten minutes after they were made, messages after a week', async ({
  app,
  database,
  clock,
  system,
}) => {
  const person = await aPerson(app);
  await app.inject({
    method: 'POST',
    url: '/api/identity/codes',
    payload: { phone: '+8613700001234', use: 'login' },
  });
  const count = async (table: string) => (await database.admin.query(`select 1 from ${table}`)).rows.length;
  const [codes, messages] = [await count('identity.sign_in_codes'), await count('notifications.outbox')];
  expect(codes).toBeGreaterThan(0);
  clock.advanceMs(10 * 60_000);
  await sweepRetention(system);
  expect(await count('identity.sign_in_codes')).toBe(0);
  expect(await count('notifications.outbox')).toBe(messages);
  clock.advanceMs(7 * dayMs);
  await sweepRetention(system);
  expect(await count('notifications.outbox')).toBe(0);
  expect(person.user.id).toBeDefined();
});

async function eraseOne(person: Person, system: Eraser): Promise<void> {
  const { erasureId } = await confirmed(person);
  expect(await runErasure(system, erasureId)).toBe('certified');
}

async function keyState({ vault }: Database, person: Person): Promise<string> {
  return (await vault.find(person.user.id, 'evidence')).state;
}

test('HOLD FC-3.2.2.b LAW-11 what a law kept of an erased person is deleted on its day, and its key with it', async ({
  app,
  database,
  clock,
  system,
}) => {
  const [person, stays] = [await aPerson(app), await aPerson(app)];
  await anApiKey(person);
  await visits(system, person.user.id, clock.now());
  await visits(system, stays.user.id, clock.now());
  await eraseOne(person, system);
  expect(await keyState(database, person)).toBe('live');
  const left = async () =>
    Number(
      (
        await database.admin.query<{ count: bigint }>(
          'select count(*) as count from audit.access_log where user_id = $1',
          [person.user.id],
        )
      ).rows[0]?.count,
    );
  clock.set(new Date('2027-05-02T03:19:00Z'));
  await sweepRetention(system);
  expect(await left()).toBeGreaterThan(0);
  clock.set(new Date('2027-05-03T03:20:00Z'));
  await sweepRetention(system);
  expect(await left()).toBe(0);
  expect(await keyState(database, person), 'nothing sealed is held any more').toBe('destroyed');
  const accepted = async () =>
    (
      await database.admin.query('select 1 from identity.policy_acceptances where user_id = $1', [
        person.user.id,
      ])
    ).rows.length;
  expect(await accepted()).toBe(1);
  // The mark of the erased tells the day, not the instant, and never lets a term end early.
  await travel(clock, '2029-11-02T23:59:59Z', system);
  expect(await accepted()).toBe(1);
  await travel(clock, '2029-11-03T00:00:00Z', system);
  expect(await accepted()).toBe(0);
  const others = await database.admin.query('select 1 from identity.policy_acceptances where user_id = $1', [
    stays.user.id,
  ]);
  expect(others.rows).toHaveLength(1);
});

async function travel(clock: TestClock, to: string, system: Eraser): Promise<void> {
  clock.set(new Date(to));
  await sweepRetention(system);
}

test('two sweeps at once do each row once', async ({ database, clock, system }) => {
  clock.set(new Date('2031-01-01T00:00:00Z'));
  const at = clock.now();
  await visits(system, null, at, 1500);
  clock.set(new Date('2031-08-01T00:00:00Z'));
  const [first, second] = await Promise.all([sweepRetention(system), sweepRetention(system)]);
  const done = [first, second].map((swept) => doneFor(swept, 'audit.access_log')?.done ?? 0);
  await sweepRetention(system);
  expect((done[0] ?? 0) + (done[1] ?? 0)).toBeLessThanOrEqual(1500);
  expect(await countVisits(database, at)).toBe(0);
});

test('a sweep that finds nothing due reads one entry of an index, under the row policies', async ({
  clock,
  database,
  system,
}) => {
  await visits(system, null, clock.now());
  const client = await database.admin.connect();
  try {
    await client.query('begin');
    await client.query(
      `insert into audit.access_log select 'access_' || n, null, null, ip, user_agent, method, route, status, duration_ms, request_id, now() - (n || ' seconds')::interval
       from (select * from audit.access_log limit 1) one, generate_series(1, 20000) n`,
    );
    await client.query('analyze audit.access_log');
    await client.query(`set local role ${roleOf(registry, 'erasure')}`);
    const rule = rulesOf(system).find(({ table, kind }) => table.name === 'access_log' && kind === 'ceiling');
    if (rule === undefined) throw new Error('no rule for the access log');
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(
      `explain (analyze, costs off, timing off) ${emptyCheckSql(rule, databaseOptions.restrictionTable)}`,
      [new Date()],
    );
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toMatch(/Index Only Scan using access_log_created_at_idx/);
    expect(plan).not.toMatch(/Seq Scan/);
  } finally {
    await client.query('rollback');
    client.release();
  }
});
