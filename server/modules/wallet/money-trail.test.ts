import { expect } from 'vitest';
import { asSystem, type Ctx } from '../../kernel/context.ts';
import { newId } from '../../kernel/id.ts';
import { aPerson, anOperator, type Person } from '../../testing/factories.ts';
import { type Database, test } from '../../testing/test.ts';
import { actsOn } from './audited.fixture.ts';
import { path, payment, yuan } from './bank-payments.fixture.ts';
import { listSuspendedPayments } from './list-suspended-payments.ts';
import { inSettlement } from './retry.ts';
import { suspendPayment } from './suspend-payment.ts';

const suspense = '/api/wallet/suspended-payments';
const none = (prefix: string) => `${prefix}_00000000000000000000000000`;
const by = ({ user }: Person) => `user:${user.id}`;

/** Calls one after the other: an operator, the step, its body and the status of the answer. */
async function take(
  base: string,
  steps: readonly (readonly [Person, string, object | undefined, number])[],
): Promise<void> {
  for (const [operator, step, body, status] of steps) {
    const answer = await operator.call('POST', `${base}/${step}`, body);
    expect([step, answer.statusCode, answer.body]).toEqual([step, status, expect.anything()]);
  }
}

async function rowOf({ admin }: Database, table: string, id: string): Promise<Record<string, unknown>> {
  const { rows } = await admin.query<Record<string, unknown>>(`select * from wallet.${table} where id = $1`, [
    id,
  ]);
  return rows[0] ?? {};
}

const moneyInSuspense = (ctx: Ctx, tradeNumber: string) =>
  inSettlement(asSystem(ctx, 'test'), (ctx) =>
    suspendPayment(ctx, { channel: 'bank', tradeNumber, amountMicros: BigInt(10 * yuan) }),
  );

test('every step of a bank credit is an act, and the row says which operators took it and when', async ({
  app,
  clock,
  database,
}) => {
  const [first, second] = [await anOperator(app, database), await anOperator(app, database)];
  const person = await aPerson(app);
  const serial = newId('tr').slice(3);
  const enter = async (serialNumber: string) =>
    (await first.call('POST', path, payment(person.tenant.id, serialNumber))).json<{ id: string }>().id;
  const [id, other] = [await enter(serial), await enter(`${serial}X`)];
  const reason = { reason: 'paid_back' };
  const enteredAt = clock.now();
  await take(`${path}/${id}`, [
    [first, 'reverse', reason, 409],
    [second, 'approve', undefined, 204],
    [second, 'reject', undefined, 409],
  ]);
  clock.advanceMs(1000);
  await take(`${path}/${id}`, [
    [first, 'reverse', reason, 202],
    [first, 'reject', undefined, 204],
    [first, 'reverse', reason, 202],
    [second, 'approve', undefined, 204],
    [second, 'approve', undefined, 409],
  ]);
  await take(`${path}/${other}`, [
    [second, 'reject', undefined, 204],
    [second, 'reverse', reason, 409],
  ]);
  expect(await rowOf(database, 'bank_transfers', id)).toMatchObject({
    status: 'reversed',
    credited_by: by(first),
    decided_by: by(second),
    decided_at: enteredAt,
    reversal_proposed_by: by(first),
    reversal_reason: 'paid_back',
    reversed_by: by(second),
    reversed_at: clock.now(),
  });
  expect(await rowOf(database, 'bank_transfers', other)).toMatchObject({
    status: 'rejected',
    decided_by: by(second),
    decided_at: clock.now(),
    reversed_by: null,
  });
  expect(await actsOn(database, id)).toEqual([
    'wallet.bank_transfer_entered',
    'wallet.bank_transfer_credited',
    'wallet.bank_transfer_reversal_proposed {"reason": "paid_back"}',
    'wallet.bank_transfer_reversal_declined',
    'wallet.bank_transfer_reversal_proposed {"reason": "paid_back"}',
    'wallet.bank_transfer_reversed {"reason": "paid_back"}',
  ]);
  expect(await actsOn(database, other)).toEqual([
    'wallet.bank_transfer_entered',
    'wallet.bank_transfer_rejected',
  ]);
  await take(`${path}/${none('bank')}`, [
    [first, 'approve', undefined, 404],
    [first, 'reject', undefined, 404],
    [first, 'reverse', reason, 404],
  ]);
});

test('every step of money in suspense is an act, and the row says which operators took it and when', async ({
  ctx,
  app,
  clock,
  database,
}) => {
  const [first, second] = [await anOperator(app, database), await anOperator(app, database)];
  const heir = await aPerson(app);
  const run = newId('tr').slice(3);
  const kept = await moneyInSuspense(ctx, run);
  expect(await moneyInSuspense(ctx, run)).toMatchObject({ id: kept.id });
  const sentBack = await moneyInSuspense(ctx, `${run}X`);
  const assignment = { tenantId: heir.tenant.id, proof: 'bank_statement' };
  const refund = { reason: 'payer_asked', reference: 'R1' };
  const receivedAt = clock.now();
  clock.advanceMs(1000);
  await take(`${suspense}/${kept.id}`, [
    [first, 'assign', { ...assignment, tenantId: none('tenant') }, 404],
    [first, 'approve', undefined, 409],
    [first, 'decline', undefined, 409],
    [first, 'assign', assignment, 200],
    [first, 'refund', refund, 409],
    [first, 'decline', undefined, 204],
  ]);
  expect(await rowOf(database, 'suspended_payments', kept.id)).toMatchObject({
    status: 'open',
    tenant_id: null,
    reason: null,
    proposed_by: null,
    received_at: receivedAt,
    resolved_by: null,
  });
  await take(`${suspense}/${kept.id}`, [
    [first, 'assign', assignment, 200],
    [second, 'approve', undefined, 204],
  ]);
  await take(`${suspense}/${sentBack.id}`, [
    [first, 'refund', refund, 204],
    [first, 'assign', assignment, 409],
  ]);
  expect(await rowOf(database, 'suspended_payments', kept.id)).toMatchObject({
    status: 'assigned',
    tenant_id: heir.tenant.id,
    user_id: heir.user.id,
    reason: 'bank_statement',
    proposed_by: by(first),
    resolved_by: by(second),
    resolved_at: clock.now(),
  });
  expect(await rowOf(database, 'suspended_payments', sentBack.id)).toMatchObject({
    status: 'refunded',
    tenant_id: null,
    reason: 'payer_asked',
    resolved_by: by(first),
    resolved_at: clock.now(),
  });
  expect(await actsOn(database, kept.id)).toEqual([
    'wallet.payment_suspended {"channel": "bank"}',
    'wallet.suspended_payment_proposed {"proof": "bank_statement"}',
    'wallet.suspended_payment_declined',
    'wallet.suspended_payment_proposed {"proof": "bank_statement"}',
    'wallet.suspended_payment_assigned',
  ]);
  expect(await actsOn(database, sentBack.id)).toEqual([
    'wallet.payment_suspended {"channel": "bank"}',
    'wallet.suspended_payment_refunded {"reason": "payer_asked"}',
  ]);
  expect((await heir.call('GET', '/api/wallet')).json()).toMatchObject({ balanceMicros: 10 * yuan });
  await take(`${suspense}/${none('suspense')}`, [
    [first, 'approve', undefined, 404],
    [first, 'refund', refund, 404],
  ]);
});

test('money in suspense is listed page by page, newest first, also of one state only', async ({
  ctx,
  app,
  clock,
  database,
}) => {
  const operator = await anOperator(app, database);
  const ids: string[] = [];
  for (const number of [1, 2, 3]) {
    clock.advanceMs(number);
    ids.unshift((await moneyInSuspense(ctx, `${newId('tr')}${number}`)).id);
  }
  const page = async (query: string) =>
    (await operator.call('GET', `${suspense}?status=open&${query}`)).json<{
      items: { id: string; tradeNumber: string }[];
      nextCursor: string | null;
    }>();
  const first = await page('limit=2');
  expect(first.items.map(({ id }) => id)).toEqual(ids.slice(0, 2));
  const second = await page(`limit=1&cursor=${first.nextCursor}`);
  expect(second.items.map(({ id }) => id)).toEqual(ids.slice(2));
  await operator.call('POST', `${suspense}/${ids[0]}/refund`, { reason: 'payer_asked', reference: 'R2' });
  expect((await page('limit=1')).items.map(({ id }) => id)).toEqual(ids.slice(1, 2));
  await expect(listSuspendedPayments(ctx, { limit: 1 })).rejects.toMatchObject({ code: 'kernel.forbidden' });
});
