import { expect } from 'vitest';
import { newTimelessId } from '../../kernel/id.ts';
import { anOperator, aPerson } from '../../testing/factories.ts';
import { test } from '../../testing/test.ts';

const dayMs = 24 * 60 * 60_000;

test('accounts are listed by kind, state and day, page by page, and the file obeys the same filters', async ({
  app,
  database,
  clock,
}) => {
  const operator = await anOperator(app, database);
  const [first, second] = [await aPerson(app), await aPerson(app)];
  await database.admin.query(`update identity.tenants set status = 'frozen' where id = $1`, [
    second.tenant.id,
  ]);
  clock.advanceMs(dayMs / 2);
  const nextDay = clock.now();
  const company = newTimelessId('tenant');
  await database.admin.query(
    `insert into identity.tenants (id, kind, name, status, created_at) values ($1, 'organisation', 'Lantern Works', 'active', $2)`,
    [company, nextDay],
  );
  const list = async (query: string) =>
    (await operator.call('GET', `/api/identity/tenants?${query}`)).json<{
      items: { id: string }[];
      nextCursor: string | null;
    }>();
  const ids = async (query: string) => (await list(query)).items.map(({ id }) => id);
  const persons = [second, first, operator].map(({ tenant }) => tenant.id);
  const earlier = new Set(persons);
  expect(await ids('kind=organisation')).toEqual([company]);
  expect(new Set(await ids('kind=personal'))).toEqual(earlier);
  expect(await ids('status=frozen')).toEqual([second.tenant.id]);
  expect(await ids('status=closed')).toEqual([]);
  const at = encodeURIComponent(nextDay.toISOString());
  expect(await ids(`from=${at}`)).toEqual([company]);
  expect(new Set(await ids(`to=${at}`))).toEqual(earlier);
  expect(await ids(`kind=personal&from=${at}`)).toEqual([]);

  const newest = await list('limit=1');
  expect(newest.items).toMatchObject([{ id: company }]);
  expect(new Set(await ids(`cursor=${newest.nextCursor}`))).toEqual(earlier);
  const file = await operator.call('GET', '/api/identity/tenants.csv?kind=organisation');
  expect(file.body.trim().split('\r\n').slice(1)).toEqual([expect.stringContaining(company)]);

  const find = async (body: object) =>
    (await operator.call('POST', '/api/identity/tenants/search', body))
      .json<{ items: { id: string }[] }>()
      .items.map(({ id }) => id);
  // The name of an organisation is no personal data, so its beginning finds it.
  expect(await find({ query: 'lantern w' })).toEqual([company]);
  expect(await find({ query: 'antern' })).toEqual([]);
  expect(await find({ query: 'lantern', status: 'frozen' })).toEqual([]);
});
