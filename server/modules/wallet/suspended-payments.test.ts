import type { FastifyInstance } from 'fastify';
import { expect } from 'vitest';
import { asSystem, type Ctx } from '../../kernel/context.ts';
import { runJobNow } from '../../kernel/jobs.ts';
import { runErasure } from '../privacy/erasure/index.ts';
import { confirm, confirmed, type Eraser, previewOf, test } from '../../testing/erasing.ts';
import { anOperator, aPerson, type Person } from '../../testing/factories.ts';
import type { Database, TestClock } from '../../testing/test.ts';
import { inSettlement } from './retry.ts';
import { suspendPayment } from './suspend-payment.ts';
import { deliver, notify, order, type Ordered, press, yuan } from './sandbox-payments.fixture.ts';

interface Suspended {
  id: string;
  channel: string;
  tradeNumber: string;
  amountMicros: number;
  status: string;
  tenantId: string | null;
  reason: string | null;
  refundReference: string | null;
}
const path = '/api/wallet/suspended-payments';
const halfAnHourMs = 1_800_001;

/** A person who ordered a top-up, let its time pass, and had the account closed. */
async function leaverWithOrder(app: FastifyInstance, clock: TestClock, system: Eraser) {
  const person = await aPerson(app);
  const ordered = await order(app, person, 10 * yuan);
  clock.advanceMs(halfAnHourMs);
  const { erasureId } = await confirmed(person);
  expect(await runErasure(system, erasureId)).toBe('certified');
  return { person, ordered };
}

async function suspended(operator: Person, tradeNumber: string): Promise<Suspended[]> {
  const answer = await operator.call('GET', `${path}?limit=200`);
  expect(answer.statusCode, answer.body).toBe(200);
  return answer
    .json<{ items: Suspended[] }>()
    .items.filter((item) => item.tradeNumber === tradeNumber.toUpperCase());
}

async function onlySuspended(operator: Person, tradeNumber: string): Promise<Suspended> {
  const found = await suspended(operator, tradeNumber);
  expect(found).toHaveLength(1);
  const [item] = found;
  if (item === undefined) throw new Error('nothing is in suspense');
  return item;
}

async function postedMicros(database: Database, accountId: string): Promise<bigint> {
  const { rows } = await database.admin.query<{ posted: string }>(
    'select posted_micros::text as posted from wallet.accounts where id = $1',
    [accountId],
  );
  return BigInt(rows[0]?.posted ?? 0);
}

async function expectBalanced(operator: Person): Promise<void> {
  expect((await operator.call('GET', '/api/wallet/ledger-check')).json()).toMatchObject({
    sumMicros: 0,
    mismatches: [],
  });
}

const codeOf = (answer: Awaited<ReturnType<Person['call']>>) => answer.json<{ code: string }>().code;

/** Five notifications at once, the job that asks the channel, and the vendor's own delivery. */
async function tellInEveryWay(ctx: Ctx, app: FastifyInstance, ordered: Ordered): Promise<void> {
  await press(app, ordered, 'pay');
  const told = await Promise.all(Array.from({ length: 5 }, () => notify(ctx, app, ordered)));
  expect(told.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200, 200]);
  await deliver(ctx, app, ordered);
  await runJobNow(asSystem(ctx, 'test'), 'wallet.check-top-up', { topUpId: ordered.topUp.id });
}

// First: every further test adds operators to the installation of this file.
test('a payment after the erasure is in suspense once however often it is notified, and names no person', async ({
  ctx,
  app,
  clock,
  system,
  database,
}) => {
  const operator = await anOperator(app, database);
  const { person, ordered } = await leaverWithOrder(app, clock, system);
  await tellInEveryWay(ctx, app, ordered);
  const item = await onlySuspended(operator, ordered.paymentId);
  expect(item).toMatchObject({ channel: 'sandbox', amountMicros: 10 * yuan, status: 'open', tenantId: null });
  expect(await postedMicros(database, 'suspense:sandbox')).toBe(10_000_000n);
  expect(await postedMicros(database, `cash:${person.tenant.id}`)).toBe(0n);
  const { rows } = await database.admin.query<{ text: string }>(
    `select concat_ws(' ', to_jsonb(p)::text, (select jsonb_agg(to_jsonb(t))::text from wallet.transfers t where t.ref_id = p.id),
       (select jsonb_agg(to_jsonb(a))::text from audit.entries a where a.target_id = p.id)) as text
     from wallet.suspended_payments p where p.id = $1`,
    [item.id],
  );
  const text = rows[0]?.text ?? '';
  expect(text).toContain('suspense:sandbox');
  for (const name of [person.user.id, person.tenant.id, ordered.topUp.id, ordered.paymentId.toUpperCase()])
    expect(text).not.toContain(name);
  await expectBalanced(operator);
  const lineOf = async () => {
    const file = (await operator.call('GET', `${path}.csv`)).body.split('\r\n');
    return file.find((line) => line.includes(item.id));
  };
  expect(await lineOf()).toMatch(/,10\.000000,open 待处理,,$/);
  // With a single operator the assignment needs no approval; it is credited once.
  const heir = await aPerson(app);
  const body = { tenantId: heir.tenant.id, proof: 'channel_receipt' };
  const assigned = await Promise.all(
    Array.from({ length: 3 }, () => operator.call('POST', `${path}/${item.id}/assign`, body)),
  );
  expect(assigned.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b)).toEqual([200, 409, 409]);
  expect((await heir.call('GET', '/api/wallet')).json()).toMatchObject({ balanceMicros: 10 * yuan });
  expect(await onlySuspended(operator, ordered.paymentId)).toMatchObject({
    status: 'assigned',
    tenantId: heir.tenant.id,
    reason: 'channel_receipt',
  });
  expect(await lineOf()).toContain(',assigned 已归户,receipt of the channel 支付渠道凭证,');
  expect(await postedMicros(database, 'suspense:sandbox')).toBe(0n);
  await expectBalanced(operator);
  // Told once more after all that, it changes nothing.
  expect((await notify(ctx, app, ordered)).statusCode).toBe(200);
  expect(await suspended(operator, ordered.paymentId)).toHaveLength(1);
  expect(await postedMicros(database, 'suspense:sandbox')).toBe(0n);
});

test('money in suspense that was sent back leaves the books by an entry of its own, once', async ({
  ctx,
  app,
  clock,
  system,
  database,
}) => {
  const operator = await anOperator(app, database);
  const { ordered } = await leaverWithOrder(app, clock, system);
  expect((await notify(ctx, app, ordered)).statusCode).toBe(200);
  const { rows } = await database.admin.query('select status from wallet.top_ups where id = $1', [
    ordered.topUp.id,
  ]);
  expect(rows, 'the order waits no longer').toEqual([{ status: 'failed' }]);
  const { id } = await onlySuspended(operator, ordered.paymentId);
  const clearingBefore = await postedMicros(database, 'clearing:sandbox');
  const refund = () =>
    operator.call('POST', `${path}/${id}/refund`, { reason: 'account_closed', reference: 'REFUND-1' });
  const bare = await operator.call('POST', `${path}/${id}/refund`, { reason: 'account_closed' });
  expect(bare.statusCode).toBe(400);
  const answers = await Promise.all([refund(), refund(), refund()]);
  expect(answers.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b)).toEqual([204, 409, 409]);
  expect(await onlySuspended(operator, ordered.paymentId)).toMatchObject({
    status: 'refunded',
    reason: 'account_closed',
    refundReference: 'REFUND-1',
  });
  expect(await postedMicros(database, 'suspense:sandbox')).toBe(0n);
  expect(await postedMicros(database, 'clearing:sandbox')).toBe(clearingBefore + 10_000_000n);
  await expectBalanced(operator);
  const other = await aPerson(app);
  const late = await operator.call('POST', `${path}/${id}/assign`, {
    tenantId: other.tenant.id,
    proof: 'bank_statement',
  });
  expect([late.statusCode, codeOf(late)]).toEqual([409, 'wallet.suspended_payment_decided']);
  expect((await other.call('GET', path)).statusCode).toBe(403);
  const moves = await database.admin.query('select code from wallet.transfers where ref_id = $1', [id]);
  expect(moves.rows).toEqual([{ code: 'top_up' }, { code: 'refund' }]);
});

test('with two operators an assignment is credited when the second one approves, and can be declined', async ({
  ctx,
  app,
  clock,
  system,
  database,
}) => {
  const [first, second] = [await anOperator(app, database), await anOperator(app, database)];
  const { person, ordered } = await leaverWithOrder(app, clock, system);
  expect((await notify(ctx, app, ordered)).statusCode).toBe(200);
  const { id } = await onlySuspended(first, ordered.paymentId);
  const heir = await aPerson(app);
  const propose = (tenantId: string) =>
    first.call('POST', `${path}/${id}/assign`, { tenantId, proof: 'bank_statement' });
  const closed = await propose(person.tenant.id);
  expect([closed.statusCode, codeOf(closed)]).toEqual([404, 'wallet.tenant_not_found']);
  expect((await propose(heir.tenant.id)).json()).toEqual({ status: 'proposed' });
  const alone = await first.call('POST', `${path}/${id}/approve`);
  expect([alone.statusCode, codeOf(alone)]).toEqual([409, 'wallet.second_operator_needed']);
  expect((await first.call('POST', `${path}/${id}/decline`)).statusCode).toBe(204);
  expect((await propose(second.tenant.id)).json()).toEqual({ status: 'proposed' });
  const own = await second.call('POST', `${path}/${id}/approve`);
  expect([own.statusCode, codeOf(own)]).toEqual([409, 'wallet.second_operator_needed']);
  expect((await first.call('POST', `${path}/${id}/decline`)).statusCode).toBe(204);
  const tooLate = await second.call('POST', `${path}/${id}/approve`);
  expect([tooLate.statusCode, codeOf(tooLate)]).toEqual([409, 'wallet.suspended_payment_decided']);
  expect((await heir.call('GET', '/api/wallet')).json()).toMatchObject({ balanceMicros: 0 });
  expect((await propose(heir.tenant.id)).statusCode).toBe(200);
  expect((await second.call('POST', `${path}/${id}/approve`)).statusCode).toBe(204);
  expect((await heir.call('GET', '/api/wallet')).json()).toMatchObject({ balanceMicros: 10 * yuan });
  await expectBalanced(first);
});

test('a closed account gets no payment of another amount either: it is in suspense once, another currency is refused', async ({
  ctx,
  app,
  clock,
  system,
  database,
}) => {
  const operator = await anOperator(app, database);
  const { person, ordered } = await leaverWithOrder(app, clock, system);
  const before = await postedMicros(database, 'suspense:sandbox');
  const told = (changes: object) => notify(ctx, app, ordered, changes);
  const foreign = await told({ currency: 'USD' });
  expect([foreign.statusCode, foreign.json()]).toMatchObject([409, { reason: 'currency' }]);
  // An order that was closed brought no money.
  expect((await told({ type: 'payment.closed', paymentId: 'pay_closed' })).statusCode).toBe(200);
  expect(await suspended(operator, 'pay_closed')).toEqual([]);
  for (let time = 0; time < 3; time += 1) expect((await told({ amountCents: 999 })).statusCode).toBe(200);
  expect((await told({ paymentId: 'pay_second', amountCents: 1 })).statusCode).toBe(200);
  expect(await onlySuspended(operator, ordered.paymentId)).toMatchObject({ amountMicros: 9_990_000 });
  expect(await onlySuspended(operator, 'pay_second')).toMatchObject({ amountMicros: 10_000 });
  expect(await postedMicros(database, 'suspense:sandbox')).toBe(before + 10_000_000n);
  expect(await postedMicros(database, `cash:${person.tenant.id}`)).toBe(0n);
  await expectBalanced(operator);
});

test('a bank credit for a closed account is in suspense once, entered or approved after the closing', async ({
  app,
  clock,
  system,
  database,
}) => {
  const [first, second] = [await anOperator(app, database), await anOperator(app, database)];
  const person = await aPerson(app);
  const payment = (tenantId: string, serialNumber: string) => ({
    tenantId,
    amountMicros: 10 * yuan,
    serialNumber,
    paymentSource: { accountName: 'Example Ltd', bankAccount: '6222020200112233', bankName: 'Example Bank' },
  });
  const enter = (body: object) => first.call('POST', '/api/wallet/bank-transfers', body);
  const waiting = await enter(payment(person.tenant.id, 'WAIT1'));
  expect(waiting.json()).toMatchObject({ status: 'waiting' });
  clock.advanceMs(halfAnHourMs);
  const { erasureId } = await confirmed(person);
  expect(await runErasure(system, erasureId)).toBe('certified');
  const { id } = waiting.json<{ id: string }>();
  expect((await second.call('POST', `/api/wallet/bank-transfers/${id}/approve`)).statusCode).toBe(204);
  expect(await onlySuspended(first, 'WAIT1')).toMatchObject({ channel: 'bank', amountMicros: 10 * yuan });
  for (const serialNumber of ['LATE1', 'late-1', 'ＬＡＴＥ 1'])
    expect((await enter(payment(person.tenant.id, serialNumber))).statusCode).toBe(202);
  expect(await onlySuspended(first, 'LATE1')).toMatchObject({ channel: 'bank', status: 'open' });
  // The same money is not credited to another account besides.
  const other = await aPerson(app);
  const taken = await enter(payment(other.tenant.id, 'LATE1'));
  expect([taken.statusCode, codeOf(taken)]).toEqual([409, 'wallet.serial_number_taken']);
  const moreMoney = await enter({ ...payment(person.tenant.id, 'LATE1'), amountMicros: 20 * yuan });
  expect([moreMoney.statusCode, codeOf(moreMoney)]).toEqual([409, 'wallet.serial_number_taken']);
  expect(await postedMicros(database, 'suspense:bank')).toBe(20_000_000n);
  const { rows } = await database.admin.query('select status from wallet.bank_transfers where id = $1', [id]);
  expect(rows, 'what was approved too late is no credit').toEqual([{ status: 'rejected' }]);
  // From before separators were left out: still the same money.
  await inSettlement(system, (ctx) =>
    suspendPayment(ctx, { channel: 'bank', tradeNumber: 'OLD-SEP-1', amountMicros: 10_000_000n }),
  );
  expect((await enter(payment(other.tenant.id, 'old-sep-1'))).statusCode).toBe(409);
  expect((await enter(payment(person.tenant.id, 'old-sep-1'))).statusCode).toBe(202);
  expect(await postedMicros(database, 'suspense:bank')).toBe(30_000_000n);
  expect(await postedMicros(database, `cash:${person.tenant.id}`)).toBe(0n);
  await expectBalanced(first);
});

test('an account is not closed while a top-up waits, and is once it is cancelled', async ({ ctx, app }) => {
  const person = await aPerson(app);
  const ordered = await order(app, person, 10 * yuan);
  const preview = await previewOf(person);
  expect(preview.blocks).toEqual(['open-top-up']);
  const refused = await confirm(person, preview);
  expect([refused.statusCode, codeOf(refused)]).toEqual([409, 'privacy.erasure_blocked']);
  expect((await person.call('POST', `/api/wallet/top-ups/${ordered.topUp.id}/cancel`)).statusCode).toBe(204);
  const free = await previewOf(person);
  expect(free.blocks).toEqual([]);
  expect((await confirm(person, free)).statusCode).toBe(202);
  expect(ctx.purpose).toBeNull();
});
