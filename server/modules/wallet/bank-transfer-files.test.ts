import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { anOperator, aPerson } from '../../testing/factories.ts';
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
