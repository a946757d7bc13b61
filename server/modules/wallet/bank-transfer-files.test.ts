import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { mostCounted } from '../../kernel/totals.ts';
import { anOperator, aPerson, type Person } from '../../testing/factories.ts';
import { sealed } from '../../testing/list-rows.ts';
import { fillTable } from '../../testing/many-rows.ts';
import { test } from '../../testing/test.ts';
import { path, payment, yuan } from './bank-payments.fixture.ts';
import { order } from './sandbox-payments.fixture.ts';

test('a refused file is a problem of its own and no broken file; the file and the totals obey the filters', async ({
  app,
  database,
}) => {
  const operator = await anOperator(app, database);
  const { tenant, call } = await aPerson(app);
  expect((await call('GET', '/api/wallet/bank-transfers.csv')).statusCode).toBe(403);
  const silent = await app.inject({
    url: '/api/wallet/bank-transfers.jsonl',
    headers: { cookie: operator.headers.cookie },
  });
  expect(silent.json()).toMatchObject({ code: 'audit.reason_required' });
  for (const amountMicros of [1_000_000, 2_000_000]) {
    await operator.call('POST', '/api/wallet/bank-transfers', {
      tenantId: tenant.id,
      amountMicros,
      serialNumber: `S${randomBytes(6).toString('hex')}`,
      paymentSource: { accountName: 'Lin Xiao', bankAccount: '6222020000001234', bankName: 'Test Bank' },
    });
  }
  const read = async (form: string) =>
    (await operator.call('GET', `/api/wallet/bank-transfers${form}?tenantId=${tenant.id}`)).body.trim();
  expect((await read('.csv')).split('\r\n')).toHaveLength(3);
  expect((await read('.jsonl')).split('\n').map((line) => JSON.parse(line) as object)).toMatchObject([
    { amountMicros: 2_000_000 },
    { amountMicros: 1_000_000 },
  ]);
  expect(JSON.parse(await read('/totals'))).toEqual({
    count: 2,
    isComplete: true,
    amountMicros: 3_000_000,
  });
});

test('a file says in both languages why money did not come or was taken back, and nothing where all went well', async ({
  app,
  database,
}) => {
  const [operator, second] = [await anOperator(app, database), await anOperator(app, database)];
  const person = await aPerson(app);
  const [kept, cancelled] = [await order(app, person, yuan), await order(app, person, 2 * yuan)];
  await person.call('POST', `/api/wallet/top-ups/${cancelled.topUp.id}/cancel`, {});
  const creditedAs = async (serialNumber: string) => {
    const answer = await operator.call('POST', path, payment(person.tenant.id, serialNumber));
    const { id } = answer.json<{ id: string }>();
    await second.call('POST', `${path}/${id}/approve`);
    return id;
  };
  const [credited, reversed] = [await creditedAs('WORDS1'), await creditedAs('WORDS2')];
  await operator.call('POST', `${path}/${reversed}/reverse`, { reason: 'wrong_account' });
  await second.call('POST', `${path}/${reversed}/approve`);
  const linesOf = async (caller: Person, url: string) => (await caller.call('GET', url)).body.split('\r\n');
  const lineOf = (lines: string[], id: string) => lines.find((line) => line.includes(id));

  const topUps = await linesOf(person, '/api/wallet/top-ups.csv');
  expect(lineOf(topUps, kept.topUp.id)).toMatch(/,1\.000000,waiting for payment 等待支付,,$/);
  expect(lineOf(topUps, cancelled.topUp.id)).toMatch(/,2\.000000,not completed 未完成,cancelled 已取消,$/);
  const transfers = await linesOf(operator, `${path}.csv?tenantId=${person.tenant.id}`);
  expect(lineOf(transfers, credited)).toMatch(/,credited 已入账,.*,$/);
  expect(lineOf(transfers, reversed)).toMatch(/,reversed 已冲正,.*,wrong account 入错账户$/);
});

test('bank credits are listed page by page, newest first; their sum too is shown for a reason only', async ({
  app,
  database,
}) => {
  const operator = await anOperator(app, database);
  const { tenant } = await aPerson(app);
  const ids: string[] = [];
  for (const serialNumber of ['PAGE1', 'PAGE2', 'PAGE3'])
    ids.unshift(
      (await operator.call('POST', path, payment(tenant.id, serialNumber))).json<{ id: string }>().id,
    );
  const read = async (query: string) =>
    (await operator.call('GET', `${path}?tenantId=${tenant.id}&${query}`)).json<{
      items: { id: string }[];
      nextCursor: string | null;
    }>();
  const first = await read('limit=2');
  const rest = await read(`limit=2&cursor=${first.nextCursor}`);
  expect([first, rest].map(({ items }) => items.map(({ id }) => id))).toEqual([
    ids.slice(0, 2),
    ids.slice(2),
  ]);
  expect(rest.nextCursor).toBeNull();
  const { cookie } = operator.headers;
  const silent = await app.inject({ url: `${path}/totals?tenantId=${tenant.id}`, headers: { cookie } });
  expect(silent.json()).toMatchObject({ code: 'audit.reason_required' });
});

test('of more than ten thousand bank transfers the newest ten thousand are counted and summed', async ({
  app,
  database,
}) => {
  const operator = await anOperator(app, database);
  const { tenant } = await aPerson(app);
  await fillTable(database.admin, 'wallet.bank_transfers', mostCounted + 2, {
    id: `'bank_' || lpad(n::text, 8, '0')`,
    tenant_id: `'${tenant.id}'`,
    serial_number: sealed,
    serial_number_index: `'${tenant.id}' || n`,
    account_name: sealed,
    bank_account: sealed,
    bank_name: sealed,
    amount_micros: `case when n <= 2 then 50000 else 10000 end`,
    status: `'credited'`,
  });
  const totals = await operator.call('GET', `/api/wallet/bank-transfers/totals?tenantId=${tenant.id}`);
  expect(totals.json()).toEqual({ count: 10_000, isComplete: false, amountMicros: 100_000_000 });
});
