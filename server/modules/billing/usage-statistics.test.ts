import { beforeEach, expect } from 'vitest';
import type { Ctx } from '../../kernel/context.ts';
import { newId, newTimelessId } from '../../kernel/id.ts';
import { consentTo } from '../../testing/consents.fixture.ts';
import { anOperator, aPerson, type Person } from '../../testing/factories.ts';
import { contextWith, type Database, test } from '../../testing/test.ts';
import { fewestPersons } from './fewest-persons.ts';
import { freezeStatistics } from './freeze-statistics.ts';
import { readStatistics } from './usage-statistics.ts';
import { record, settle, settleNothing, usage } from './usage-rows.fixture.ts';
import { roleOf } from '../../kernel/database-options.ts';

beforeEach<{ database: Database }>(({ database }) => settleNothing(database));

interface Statistics {
  readonly frozenAt: string | null;
  readonly items: { sku: string; unit: string; persons: number; quantity: number }[];
}

test('DRUN-3.3.d POOL-use-2 a closed month is counted once, over who agreed then; who leaves or joins later changes no answer', async ({
  app,
  database,
  clock,
}) => {
  clock.set(new Date('2026-11-30T15:40:00Z'));
  const system = contextWith(database, clock, { kind: 'system', name: 'test' }, newTimelessId('tenant'));
  const operator = await anOperator(app, database);
  const [modelId, rareModelId] = [`model-${newId('req')}`, `model-${newId('req')}`];
  const persons: Person[] = [];
  for (let index = 0; index < fewestPersons + 2; index += 1) persons.push(await aPerson(app));
  const [leaver, joiner] = [persons[0], persons.at(-1)];
  if (leaver === undefined || joiner === undefined) throw new Error('enough were made');
  const callsOf = (all: readonly Person[], model: string) =>
    all.map(({ user }) => usage(system, clock.now(), { userId: user.id, sku: model }));
  for (let call = 0; call < 19; call += 1) await record(system, callsOf(persons, modelId));
  await record(system, callsOf(persons.slice(1, 3), rareModelId));
  const ask = async (month: string) => {
    const answer = await operator.call('GET', `/api/billing/statistics?month=${month}`);
    expect(answer.statusCode).toBe(200);
    const { frozenAt, items } = answer.json<Statistics>();
    return {
      isFrozen: frozenAt !== null,
      items: items.filter((item) => [modelId, rareModelId].includes(item.sku)),
    };
  };
  for (const person of persons.slice(0, fewestPersons + 1)) await consentTo(person, 'improvement');
  await consentTo(joiner, 'improvement');
  await joiner.call('POST', '/api/privacy/consents/improvement/withdraw');
  await freezeStatistics(system);
  expect(await ask('2026-11'), 'the month is still open').toEqual({ isFrozen: false, items: [] });

  clock.set(new Date('2026-11-30T16:10:00Z'));
  await freezeStatistics(system);
  expect(await ask('2026-11'), 'it is over, but not settled').toEqual({ isFrozen: false, items: [] });
  await settle(system, new Date('2026-11-30T16:00:00Z'));
  const frozen = await Promise.all([freezeStatistics(system), freezeStatistics(system)]);
  expect(frozen.flat().filter((month) => month === '2026-11')).toHaveLength(1);
  // Six persons, 114 requests and 1,710 tokens, stated so coarsely that no person can be subtracted.
  const counted = {
    isFrozen: true,
    items: [
      { sku: modelId, unit: 'call', persons: 5, quantity: 110 },
      { sku: modelId, unit: 'token', persons: 5, quantity: 1700 },
    ],
  };
  expect(await ask('2026-11'), 'two persons are no group').toEqual(counted);

  await leaver.call('POST', '/api/privacy/consents/improvement/withdraw');
  expect(await freezeStatistics(system)).toEqual([]);
  expect(await ask('2026-11'), 'the difference says nothing about who left').toEqual(counted);
  await consentTo(joiner, 'improvement');
  expect(await freezeStatistics(system)).toEqual([]);
  expect(await ask('2026-11'), 'nor about who joined').toEqual(counted);
  await expect(
    database.admin.query(`update billing.usage_statistics set quantity = 6 where sku = $1`, [modelId]),
  ).rejects.toThrow(/billing.usage_statistics/);

  expect((await leaver.call('GET', '/api/billing/statistics')).statusCode).toBe(403);
});

test('POOL-use-2 a month is what ended in it, by the clock of Shanghai, of at least as many persons as hide one', async ({
  app,
  ctx,
  database,
  clock,
}) => {
  clock.set(new Date('2027-05-31T16:00:00Z'));
  const system = contextWith(database, clock, { kind: 'system', name: 'test' }, newTimelessId('tenant'));
  const skus = [`edge-b-${newId('req')}`, `edge-a-${newId('req')}`];
  for (let index = 0; index < fewestPersons; index += 1) {
    const person = await aPerson(app);
    await consentTo(person, 'improvement');
    for (const sku of skus)
      for (const moment of [
        '2027-04-30T15:59:59.999Z',
        '2027-04-30T16:00:00.000Z',
        '2027-05-31T15:59:59.999Z',
        '2027-05-31T16:00:00.000Z',
      ])
        await record(system, [usage(system, new Date(moment), { userId: person.user.id, sku })]);
  }
  await settle(system, clock.now());
  await freezeStatistics(system);
  const operator: Ctx = { ...ctx, actor: { ...ctx.actor, isOperator: true } as Ctx['actor'] };
  const { items } = await readStatistics(operator, { month: '2027-05' });
  expect(
    items
      .filter(({ sku }) => skus.includes(sku))
      .map(({ sku, unit, persons, quantity }) => [sku, unit, persons, quantity]),
  ).toEqual(
    skus.toSorted().flatMap((sku) => [
      [sku, 'call', 5, 10],
      [sku, 'token', 5, 150],
    ]),
  );
});

test('months are counted back to a year ago, and those without a group are counted as nothing', async ({
  ctx,
  database,
  clock,
}) => {
  const system = contextWith(database, clock, { kind: 'system', name: 'test' }, newTimelessId('tenant'));
  clock.set(new Date('2036-03-31T16:00:00Z'));
  await settle(system, clock.now());
  const months = Array.from({ length: 12 }, (_, back) => {
    const month = 12 * 2036 + 2 - back;
    return `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}`;
  });
  expect([months[0], months.at(-1)]).toEqual(['2036-03', '2035-04']);
  const before = newId('audit');
  const actsSince = async (action: string) => {
    const { rows } = await database.admin.query<{ month: string }>(
      'select target_id as month from audit.entries where action = $1 and id > $2 order by id',
      [action, before],
    );
    return rows.map(({ month }) => month);
  };
  expect(await freezeStatistics(system)).toEqual(months);
  expect(await freezeStatistics(system)).toEqual([]);
  expect(await actsSince('billing.statistics_frozen')).toEqual(months);
  const operator: Ctx = { ...ctx, actor: { ...ctx.actor, isOperator: true } as Ctx['actor'] };
  const read = await readStatistics(operator, {});
  expect(read).toEqual({ month: '2036-03', frozenAt: clock.now(), items: [] });
  expect(await readStatistics(operator, { month: '2035-03' })).toMatchObject({ frozenAt: null, items: [] });
  expect(await actsSince('billing.statistics_read')).toEqual(['2036-03', '2035-03']);
});

test('the purpose of statistics cannot read payments, texts or names', async ({ database }) => {
  const readable = await database.admin.query<{ place: string }>(
    `select table_schema || '.' || table_name || '.' || column_name as place from information_schema.column_privileges
     where grantee = $1 and privilege_type = 'SELECT' and table_schema <> 'privacy_engine' order by 1`,
    [roleOf(database.product.registry, 'improvement')],
  );
  const places = readable.rows.map(({ place }) => place);
  expect(places).toContain('billing.usage_events.quantities');
  expect(places).not.toContain('billing.usage_events.charge_micros');
  expect(places).not.toContain('billing.usage_events.charges_micros');
  expect(
    places.filter((place) => !/^(billing\.usage_events|privacy\.(restrictions|objections))\./.test(place)),
  ).toEqual([]);
});
