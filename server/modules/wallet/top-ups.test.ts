import { expect } from 'vitest';
import { buildApp } from '../../http/app.ts';
import { asSystem, type Ctx } from '../../kernel/context.ts';
import { runJobNow } from '../../kernel/jobs.ts';
import { createLog } from '../../kernel/log.ts';
import { aPerson, aTenant } from '../../testing/factories.ts';
import { testConfig } from '../../testing/test-config.ts';
import { test } from '../../testing/test.ts';
import { balanceOf, deliver, notify, order, press, readTopUp, yuan } from './sandbox-payments.fixture.ts';
import { createCandor } from '../../candor.ts';
import { createTopUp } from './create-top-up.ts';
import { openTopUpDesk } from './top-up-desk.ts';

test('a top-up goes to the cashier, is paid there and credited by the notification', async ({ ctx, app }) => {
  const person = await aPerson(app);
  const ordered = await order(app, person, 10 * yuan);
  expect(ordered.topUp).toMatchObject({ status: 'pending', isLate: false });
  const page = await app.inject({ url: ordered.redirectUrl });
  expect(page.headers['content-type']).toContain('text/html');
  expect(page.body).toContain('¥10.00');
  expect(page.body).toContain('name="action" value="pay"');
  expect(page.body).not.toMatch(/<script|javascript:|onclick/i);
  const pressed = await press(app, ordered, 'pay');
  expect(pressed.statusCode).toBe(303);
  expect(pressed.headers.location).toBe(`/wallet?topUp=${ordered.topUp.id}`);
  const again = await app.inject({ url: ordered.redirectUrl });
  expect(again.body, 'what is paid is not paid twice').not.toContain('name="action"');
  expect(await balanceOf(person)).toBe(0);
  await deliver(ctx, app, ordered);
  expect(await balanceOf(person)).toBe(10 * yuan);
  expect(await readTopUp(person, ordered)).toMatchObject({
    status: 'paid',
    isLate: false,
    failureReason: null,
  });
});

test('only the owner of an account tops it up, not a member', async ({ app, database, clock }) => {
  const owner = await aTenant(app, database, clock);
  const member = { ...owner, actor: { ...owner.actor, role: 'member' } } as Ctx;
  const desk = openTopUpDesk(testConfig, () => 'http://127.0.0.1/');
  const wanted = { channel: 'sandbox', amountMicros: BigInt(10 * yuan), idempotencyKey: 'wanted-once' };
  await expect(createTopUp(member, desk, wanted)).rejects.toMatchObject({ code: 'kernel.forbidden' });
  await expect(createTopUp(owner, desk, wanted)).resolves.toMatchObject({ topUp: { status: 'pending' } });
});

test('money that arrives after the top-up has expired is credited once and marked', async ({
  ctx,
  app,
  clock,
}) => {
  const person = await aPerson(app);
  const ordered = await order(app, person, 10 * yuan);
  clock.advanceMs(1_800_000);
  await runJobNow(asSystem(ctx, 'test'), 'wallet.check-top-up', { topUpId: ordered.topUp.id });
  expect(await readTopUp(person, ordered)).toMatchObject({
    status: 'failed',
    failureReason: 'expired',
    paidAt: null,
  });
  await press(app, ordered, 'pay');
  await deliver(ctx, app, ordered);
  await notify(ctx, app, ordered);
  expect(await readTopUp(person, ordered)).toMatchObject({
    status: 'paid',
    failureReason: null,
    isLate: true,
  });
  expect(await balanceOf(person)).toBe(10 * yuan);
});

test('a lost notification is made good by asking the channel', async ({ ctx, app }) => {
  const person = await aPerson(app);
  const ordered = await order(app, person, 10 * yuan);
  await runJobNow(asSystem(ctx, 'test'), 'wallet.check-top-up', { topUpId: ordered.topUp.id });
  expect(await balanceOf(person)).toBe(0);
  await press(app, ordered, 'pay');
  await runJobNow(asSystem(ctx, 'test'), 'wallet.check-top-up', { topUpId: ordered.topUp.id });
  expect(await balanceOf(person)).toBe(10 * yuan);
});

test('a cancelled payment ends the top-up; a cancellation that comes after the money changes nothing', async ({
  ctx,
  app,
}) => {
  const person = await aPerson(app);
  const cancelled = await order(app, person, 10 * yuan);
  await press(app, cancelled, 'cancel');
  await deliver(ctx, app, cancelled);
  expect(await readTopUp(person, cancelled)).toMatchObject({ status: 'failed', failureReason: 'cancelled' });
  const paid = await order(app, person, 10 * yuan);
  await notify(ctx, app, paid);
  expect((await notify(ctx, app, paid, { type: 'payment.closed' })).statusCode).toBe(200);
  expect(await readTopUp(person, paid)).toMatchObject({ status: 'paid' });
  expect(await balanceOf(person)).toBe(10 * yuan);
});

test('a notification that is not acknowledged stays in the queue to be tried again', async ({
  ctx,
  app,
  database,
}) => {
  const person = await aPerson(app);
  const ordered = await order(app, person, 10 * yuan);
  await press(app, ordered, 'pay');
  await app.listen({ host: '127.0.0.1', port: 0 });
  await database.admin.query('update wallet.top_ups set currency = $2 where id = $1', [
    ordered.topUp.id,
    'USD',
  ]);
  await expect(deliver(ctx, app, ordered)).rejects.toThrow('answered 409');
  await database.admin.query('update wallet.top_ups set currency = $2 where id = $1', [
    ordered.topUp.id,
    'CNY',
  ]);
  await deliver(ctx, app, ordered);
  await deliver(ctx, app, ordered);
  expect(await balanceOf(person)).toBe(10 * yuan);
});

test('the same Idempotency-Key is the same top-up; with another amount it is refused', async ({ app }) => {
  const person = await aPerson(app);
  const [first, second] = await Promise.all([
    order(app, person, 10 * yuan, 'key'),
    order(app, person, 10 * yuan, 'key'),
  ]);
  expect(second.topUp.id).toBe(first.topUp.id);
  expect(second.redirectUrl).toBe(first.redirectUrl);
  await expect(order(app, person, 20 * yuan, 'key')).rejects.toThrow('wallet.idempotency_key_reused');
  const stranger = await aPerson(app);
  expect((await order(app, stranger, 10 * yuan, 'key')).topUp.id).not.toBe(first.topUp.id);
  const without = await person.call('POST', '/api/wallet/top-ups', {
    amountMicros: yuan,
    channel: 'sandbox',
  });
  expect(without.statusCode).toBe(400);
});

test('D-WAL-2 an amount is above zero and whole cents', async ({ app }) => {
  const person = await aPerson(app);
  for (const amountMicros of [0, -10_000, 9_999, 10_001, 0.5, 2 ** 53, 1_000_001 * yuan]) {
    await expect(order(app, person, amountMicros)).rejects.toThrow(/^400/);
  }
  expect((await order(app, person, 10_000)).topUp.status).toBe('pending');
});

test('where play money is off, the sandbox does not exist', async ({ ctx, app, database, clock }) => {
  const person = await aPerson(app);
  const ordered = await order(app, person, 10 * yuan);
  const production = await buildApp({
    product: createCandor(),
    db: database.db,
    databaseUrl: database.appUrl,
    clock,
    log: createLog('silent'),
    config: { ...testConfig, sandboxPayments: false },
    keyedHash: ctx.keyedHash,
    vault: ctx.vault,
    signingKey: ctx.signingKey,
  });
  await production.ready();
  expect((await notify(ctx, production, ordered)).statusCode).toBe(404);
  expect((await production.inject({ url: ordered.redirectUrl })).statusCode).toBe(404);
  await expect(order(production, person, 10 * yuan)).rejects.toThrow('wallet.channel_not_offered');
  await production.close();
  expect(await balanceOf(person)).toBe(0);
});

test('a waiting top-up can be paid later or cancelled, and a cancelled one cannot be paid at the cashier', async ({
  ctx,
  app,
}) => {
  const person = await aPerson(app);
  const stranger = await aPerson(app);
  const ordered = await order(app, person, 10 * yuan);
  const path = `/api/wallet/top-ups/${ordered.topUp.id}`;
  expect(await readTopUp(person, ordered)).toMatchObject({ redirectUrl: ordered.redirectUrl });
  expect((await stranger.call('POST', `${path}/cancel`)).statusCode).toBe(404);
  expect((await person.call('POST', `${path}/cancel`)).statusCode).toBe(204);
  expect(await readTopUp(person, ordered)).toMatchObject({ status: 'failed', failureReason: 'cancelled' });
  await press(app, ordered, 'pay');
  await deliver(ctx, app, ordered);
  expect(await balanceOf(person)).toBe(0);
  expect((await person.call('POST', `${path}/cancel`)).json()).toMatchObject({
    code: 'wallet.top_up_decided',
    state: 'failed',
  });
});

test('a payment that is quicker than its cancellation is credited, and the cancellation says so', async ({
  app,
}) => {
  const person = await aPerson(app);
  const ordered = await order(app, person, 10 * yuan);
  await press(app, ordered, 'pay');
  const answer = await person.call('POST', `/api/wallet/top-ups/${ordered.topUp.id}/cancel`);
  expect([answer.statusCode, answer.json()]).toMatchObject([409, { state: 'paid' }]);
  expect(await balanceOf(person)).toBe(10 * yuan);
});
