import { expect } from 'vitest';
import { aPerson, anOperator } from '../../testing/factories.ts';
import { test } from '../../testing/test.ts';
import { payment as enteredPayment, yuan } from './bank-payments.fixture.ts';

const payment = (tenantId: string, serialNumber: string) => ({
  ...enteredPayment(tenantId, serialNumber),
  message: 'invoice 7',
});

test('D-WAL-4 the same serial number twice is one credit, also at once; other content under it is refused', async ({
  app,
  database,
}) => {
  const operator = await anOperator(app, database);
  const person = await aPerson(app);
  const body = payment(person.tenant.id, 'SN-1');
  const answers = await Promise.all(
    Array.from({ length: 6 }, () => operator.call('POST', '/api/wallet/bank-transfers', body)),
  );
  expect(answers.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b)).toEqual([
    200, 200, 200, 200, 200, 201,
  ]);
  expect(new Set(answers.map((answer) => answer.json<{ id: string }>().id)).size).toBe(1);
  for (const other of [
    { ...body, amountMicros: yuan },
    { ...body, message: undefined },
    { ...body, paymentSource: { ...body.paymentSource, accountName: 'Other' } },
    { ...body, paymentSource: { ...body.paymentSource, bankAccount: '6222000000000000' } },
    { ...body, paymentSource: { ...body.paymentSource, bankName: 'Other' } },
    { ...body, tenantId: operator.tenant.id },
  ]) {
    const answer = await operator.call('POST', '/api/wallet/bank-transfers', other);
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([
      409,
      'wallet.serial_number_taken',
    ]);
  }
  expect((await person.call('GET', '/api/wallet')).json()).toMatchObject({ balanceMicros: 100 * yuan });
  expect((await operator.call('GET', '/api/wallet/ledger-check')).json()).toMatchObject({
    sumMicros: 0,
    mismatches: [],
  });
});

test('a bank transfer is credited by operators only, to an account that exists, in whole cents', async ({
  app,
  database,
}) => {
  const operator = await anOperator(app, database);
  const person = await aPerson(app);
  expect(
    (await person.call('POST', '/api/wallet/bank-transfers', payment(person.tenant.id, 'SN-2'))).statusCode,
  ).toBe(403);
  expect((await person.call('GET', '/api/wallet/ledger-check')).statusCode).toBe(403);
  const missing = await operator.call(
    'POST',
    '/api/wallet/bank-transfers',
    payment('tenant_00000000000000000000000000', 'SN-2'),
  );
  expect([missing.statusCode, missing.json<{ code: string }>().code]).toEqual([
    404,
    'wallet.tenant_not_found',
  ]);
  const uneven = await operator.call('POST', '/api/wallet/bank-transfers', {
    ...payment(person.tenant.id, 'SN-2'),
    amountMicros: 10_001,
  });
  expect(uneven.statusCode).toBe(400);
  const most = 1_000_000_000 * yuan;
  for (const [amountMicros, status] of [
    [most + 10_000, 400],
    [most, 201],
  ] as const) {
    const body = { ...payment(person.tenant.id, 'SN2MOST'), amountMicros };
    expect((await operator.call('POST', '/api/wallet/bank-transfers', body)).statusCode).toBe(status);
  }
});

test('the payer appears in no answer, audit entry or transfer', async ({ app, database }) => {
  const operator = await anOperator(app, database);
  const person = await aPerson(app);
  const answer = await operator.call('POST', '/api/wallet/bank-transfers', payment(person.tenant.id, 'SN-3'));
  expect(answer.body).not.toMatch(/Example|62220202/);
  const { rows } = await database.admin.query(
    `select row_to_json(e)::text as text from audit.entries e union all select row_to_json(t)::text from wallet.transfers t`,
  );
  expect(rows.filter(({ text }: { text: string }) => /Example|62220202|SN-3/.test(text))).toEqual([]);
});
