import { beforeEach, expect } from 'vitest';
import { aPerson } from '../../testing/factories.ts';
import { contextWith, type Database, test } from '../../testing/test.ts';
import { at, record, settleNothing, spent, usage } from './usage-rows.fixture.ts';

beforeEach<{ database: Database }>(({ database }) => settleNothing(database));

test('the file of calls has a row per meter, and says what was estimated and what was streamed', async ({
  app,
  database,
  clock,
}) => {
  const { tenant, user, call } = await aPerson(app);
  const system = contextWith(database, clock, { kind: 'system', name: 'test' }, tenant.id);
  const row = (moment: string, isEstimated: boolean, isStreamed: boolean) =>
    usage(system, at(moment), { userId: user.id, lines: spent(1_500_000n), isEstimated, isStreamed });
  await record(system, [row('2026-11-02T03:00:00Z', true, false), row('2026-11-02T03:01:00Z', false, true)]);
  const { body } = await call('GET', '/api/billing/usage/events.csv');
  const lines = body.trim().split('\r\n').slice(1);
  expect(
    lines.map((line) => line.split(',').slice(1, 3).concat(line.split(',').slice(5, 11)).join(' ')),
  ).toEqual([
    '2026-11-02 11:01:00 small Calls 调用 1 calls 次 0.000000 no 否 yes 是',
    '2026-11-02 11:01:00 small Output 输出 15 tokens token 1.500000 no 否 yes 是',
    '2026-11-02 11:00:00 small Calls 调用 1 calls 次 0.000000 yes 是 no 否',
    '2026-11-02 11:00:00 small Output 输出 15 tokens token 1.500000 yes 是 no 否',
  ]);
});
