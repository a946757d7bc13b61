import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { mostCounted } from '../../kernel/totals.ts';
import { anOperator, aPerson } from '../../testing/factories.ts';
import { sealed } from '../../testing/list-rows.ts';
import { fillTable } from '../../testing/many-rows.ts';
import { test } from '../../testing/test.ts';

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

test('of more than ten thousand bank transfers the newest ten thousand are counted and summed', async ({
  app,
  database,
}) => {
  const operator = await anOperator(app, database);
  const { tenant } = await aPerson(app);
  await fillTable(database.admin, 'wallet.bank_transfers', mostCounted + 1, {
    id: `'bank_' || lpad(n::text, 8, '0')`,
    tenant_id: `'${tenant.id}'`,
    serial_number: sealed,
    serial_number_index: `'${tenant.id}' || n`,
    account_name: sealed,
    bank_account: sealed,
    bank_name: sealed,
    amount_micros: `case n when 1 then 50000 else 10000 end`,
    status: `'credited'`,
  });
  const totals = await operator.call('GET', `/api/wallet/bank-transfers/totals?tenantId=${tenant.id}`);
  expect(totals.json()).toEqual({ count: 10_000, isComplete: false, amountMicros: 100_000_000 });
});
