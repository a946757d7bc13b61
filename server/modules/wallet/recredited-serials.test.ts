import { expect } from 'vitest';
import { aPerson, anOperator, type Person } from '../../testing/factories.ts';
import { test } from '../../testing/test.ts';
import { path, payment, yuan } from './bank-payments.fixture.ts';

const enter = (operator: Person, to: Person, serialNumber: string) =>
  operator.call('POST', path, payment(to.tenant.id, serialNumber));
const idOf = (answer: Awaited<ReturnType<Person['call']>>) => answer.json<{ id: string }>().id;

async function credited(first: Person, second: Person, to: Person, serialNumber: string): Promise<string> {
  const id = idOf(await enter(first, to, serialNumber));
  expect((await second.call('POST', `${path}/${id}/approve`)).statusCode).toBe(204);
  return id;
}

async function reversed(first: Person, second: Person, id: string, reason: string): Promise<void> {
  expect((await first.call('POST', `${path}/${id}/reverse`, { reason })).statusCode).toBe(202);
  expect((await second.call('POST', `${path}/${id}/approve`)).statusCode).toBe(204);
}

async function balanceOf(person: Person): Promise<number> {
  return (await person.call('GET', '/api/wallet')).json<{ balanceMicros: number }>().balanceMicros;
}

test('D-WAL-4 money credited to the wrong account is credited to the right one, by two operators, and history keeps both', async ({
  app,
  database,
}) => {
  const [first, second] = [await anOperator(app, database), await anOperator(app, database)];
  const [wrong, right] = [await aPerson(app), await aPerson(app)];
  const old = await credited(first, second, wrong, 'SER-0001');
  await reversed(first, second, old, 'wrong_account');

  const entered = await enter(first, right, 'SER-0001');
  expect([entered.statusCode, entered.json()]).toMatchObject([201, { status: 'waiting' }]);
  expect(await balanceOf(right)).toBe(0);
  const alone = await first.call('POST', `${path}/${idOf(entered)}/approve`);
  expect(alone.json()).toMatchObject({ code: 'wallet.second_operator_needed' });
  expect((await second.call('POST', `${path}/${idOf(entered)}/approve`)).statusCode).toBe(204);
  expect([await balanceOf(wrong), await balanceOf(right)]).toEqual([0, 100 * yuan]);

  const taken = await enter(first, wrong, 'SER-0001');
  expect([taken.statusCode, taken.json()]).toMatchObject([409, { code: 'wallet.serial_number_taken' }]);
  const found = await first.call('POST', `${path}/search`, { serialNumber: 'SER-0001' });
  expect(found.json()).toMatchObject({
    items: [
      { status: 'credited', tenantId: right.tenant.id },
      { id: old, status: 'reversed', tenantId: wrong.tenant.id, reversalReason: 'wrong_account' },
    ],
  });
  const check = await first.call('GET', '/api/wallet/ledger-check');
  expect(check.json()).toMatchObject({ sumMicros: 0, mismatches: [] });
});

test('the same credit once more after its reversal is a new credit that waits, never a silent answer with the old one', async ({
  app,
  database,
}) => {
  const [first, second] = [await anOperator(app, database), await anOperator(app, database)];
  const person = await aPerson(app);
  const old = await credited(first, second, person, 'AGAIN-1');
  await reversed(first, second, old, 'wrong_amount');
  const again = await enter(first, person, 'AGAIN-1');
  expect([again.statusCode, again.json()]).toMatchObject([201, { status: 'waiting' }]);
  expect(idOf(again)).not.toBe(old);
  const repeated = await enter(first, person, 'AGAIN-1');
  expect([repeated.statusCode, idOf(repeated)]).toEqual([200, idOf(again)]);
  expect((await second.call('POST', `${path}/${idOf(again)}/approve`)).statusCode).toBe(204);
  expect(await balanceOf(person)).toBe(100 * yuan);
});

test('a credit whose reversal waits for the second operator, sent again, is answered with itself', async ({
  app,
  database,
}) => {
  const [first, second] = [await anOperator(app, database), await anOperator(app, database)];
  const person = await aPerson(app);
  const id = await credited(first, second, person, 'WAITS-1');
  expect((await first.call('POST', `${path}/${id}/reverse`, { reason: 'wrong_amount' })).statusCode).toBe(
    202,
  );
  const again = await enter(first, person, 'WAITS-1');
  expect([again.statusCode, idOf(again)]).toEqual([200, id]);
});

test('a rejected entry leaves its serial number for the right account', async ({ app, database }) => {
  const [first, second] = [await anOperator(app, database), await anOperator(app, database)];
  const [wrong, right] = [await aPerson(app), await aPerson(app)];
  const id = idOf(await enter(first, wrong, 'REJ-1'));
  expect((await second.call('POST', `${path}/${id}/reject`)).statusCode).toBe(204);
  await credited(first, second, right, 'REJ-1');
  expect([await balanceOf(wrong), await balanceOf(right)]).toEqual([0, 100 * yuan]);
});

test('two operators who credit a reversed serial number to two accounts at once make exactly one credit', async ({
  app,
  database,
}) => {
  const [first, second] = [await anOperator(app, database), await anOperator(app, database)];
  const [wrong, left, right] = [await aPerson(app), await aPerson(app), await aPerson(app)];
  await reversed(first, second, await credited(first, second, wrong, 'RACE-1'), 'wrong_account');
  const answers = await Promise.all([
    enter(first, left, 'RACE-1'),
    enter(second, right, 'RACE-1'),
    enter(first, left, 'race 1'),
    enter(second, right, 'race 1'),
  ]);
  expect(answers.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b)).toEqual([200, 201, 409, 409]);
  const { rows } = await database.admin.query<{ live: bigint }>(
    `select count(*) as live from wallet.bank_transfers where status = 'waiting' and tenant_id = any($1)`,
    [[left.tenant.id, right.tenant.id]],
  );
  expect(rows).toEqual([{ live: 1n }]);
});

test('a serial number whose money went back to the payer, or is credited elsewhere, is credited no more', async ({
  app,
  database,
}) => {
  const [first, second] = [await anOperator(app, database), await anOperator(app, database)];
  const person = await aPerson(app);
  for (const reason of ['returned_by_bank', 'paid_back', 'credited_twice']) {
    const serialNumber = `GONE ${reason.replaceAll('_', '')}`;
    await reversed(first, second, await credited(first, second, person, serialNumber), reason);
    const again = await enter(first, person, serialNumber);
    expect([again.statusCode, again.json()], reason).toMatchObject([
      409,
      { code: 'wallet.serial_number_settled', reason },
    ]);
  }
  expect(await balanceOf(person)).toBe(0);
});

test('the database itself keeps a second live credit of one serial number out', async ({ app, database }) => {
  const [first, second] = [await anOperator(app, database), await anOperator(app, database)];
  const person = await aPerson(app);
  const old = await credited(first, second, person, 'NET-1');
  await reversed(first, second, old, 'wrong_account');
  await enter(first, person, 'NET-1');
  const revived = database.admin.query(
    `update wallet.bank_transfers set status = 'credited', reversed_by = null, reversed_at = null where id = $1`,
    [old],
  );
  await expect(revived).rejects.toMatchObject({ constraint: 'bank_transfers_serial_number_key' });
});
