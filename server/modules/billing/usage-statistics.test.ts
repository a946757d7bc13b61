import { expect } from 'vitest';
import { newId } from '../../kernel/id.ts';
import { consentTo } from '../../testing/consents.fixture.ts';
import { anOperator, aPerson, type Person } from '../../testing/factories.ts';
import { contextWith, test } from '../../testing/test.ts';
import { record, usage } from './usage-rows.fixture.ts';
import { fewestPersons } from './usage-statistics.ts';

interface Statistics {
  readonly items: { modelId: string; persons: number; requests: number; tokens: number }[];
}

test('DRUN-3.3.d POOL-use-2 statistics count who agreed and nobody else, and forget who takes it back at the next question', async ({
  app,
  database,
  clock,
}) => {
  const system = contextWith(database.db, clock, { kind: 'system', name: 'test' }, newId('tenant'));
  const operator = await anOperator(app, database);
  const modelId = `model-${newId('request')}`;
  const persons: Person[] = [];
  for (let index = 0; index < fewestPersons + 1; index += 1) persons.push(await aPerson(app));
  await record(
    system,
    persons.flatMap(({ user }) => [usage(system, clock.now(), { userId: user.id, modelId })]),
  );
  const ask = async () => {
    const answer = await operator.call('GET', '/api/billing/statistics?month=2026-11');
    expect(answer.statusCode).toBe(200);
    return answer.json<Statistics>().items.filter((item) => item.modelId === modelId);
  };
  expect(await ask()).toEqual([]);
  for (const person of persons.slice(0, fewestPersons - 1)) await consentTo(person, 'improvement');
  expect(await ask()).toEqual([]);
  const last = persons[fewestPersons - 1];
  if (last === undefined) throw new Error('enough were made');
  await consentTo(last, 'improvement');
  expect(await ask()).toEqual([{ modelId, persons: 5, requests: 5, tokens: 75 }]);
  await last.call('POST', '/api/privacy/consents/improvement/withdraw');
  expect(await ask()).toEqual([]);
  expect((await last.call('GET', '/api/billing/statistics')).statusCode).toBe(403);
});

test('DRUN-3.3.b the purpose of statistics cannot read what somebody paid, wrote or is called', async ({
  database,
}) => {
  const readable = await database.admin.query<{ place: string }>(
    `select table_schema || '.' || table_name || '.' || column_name as place from information_schema.column_privileges
     where grantee = 'candor_p_improvement' and privilege_type = 'SELECT' and table_schema <> 'privacy_engine' order by 1`,
  );
  const places = readable.rows.map(({ place }) => place);
  expect(places).toContain('billing.usage_events.model_id');
  expect(places).not.toContain('billing.usage_events.charge_micros');
  expect(
    places.filter((place) => !/^(billing\.usage_events|privacy\.(restrictions|objections))\./.test(place)),
  ).toEqual([]);
});
