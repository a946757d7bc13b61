import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { expect } from 'vitest';
import { buildApp } from '../../app.ts';
import { asSystem, type Ctx } from '../../kernel/context.ts';
import { runJobNow } from '../../kernel/jobs.ts';
import { createLog } from '../../kernel/log.ts';
import { registry } from '../../registry.ts';
import { aPerson, type Person } from '../../testing/factories.ts';
import { test } from '../../testing/test.ts';
import { testConfig } from '../../testing/test-config.ts';
import { publishPolicy } from '../privacy/index.ts';
import { signNotification } from './channels/sandbox-signature.ts';

interface TopUp {
  id: string;
  status: 'pending' | 'paid' | 'failed';
  failureReason: string | null;
  isLate: boolean;
  paidAt: string | null;
}
interface Ordered {
  topUp: TopUp;
  redirectUrl: string;
  paymentId: string;
}

const yuan = 1_000_000;

async function order(app: FastifyInstance, person: Person, amountMicros: number, key = randomBytes(6).toString('hex')): Promise<Ordered> {
  const answer = await app.inject({ method: 'POST', url: '/api/wallet/top-ups', headers: { ...person.headers, 'idempotency-key': key }, payload: { amountMicros, channel: 'sandbox' } });
  if (answer.statusCode !== 201) throw new Error(`${answer.statusCode} ${answer.body}`);
  const { topUp, redirectUrl } = answer.json<Ordered>();
  return { topUp, redirectUrl, paymentId: redirectUrl.split('/').at(-1) ?? '' };
}

async function press(app: FastifyInstance, { redirectUrl }: Ordered, action: 'pay' | 'cancel') {
  return app.inject({ method: 'POST', url: redirectUrl, headers: { 'content-type': 'application/x-www-form-urlencoded' }, payload: `action=${action}` });
}

async function deliver(ctx: Ctx, app: FastifyInstance, { paymentId }: Ordered): Promise<void> {
  if (!app.server.listening) await app.listen({ host: '127.0.0.1', port: 0 });
  await runJobNow(asSystem(ctx, 'test'), 'wallet.deliver-sandbox-notification', { paymentId });
}

/** A notification as the vendor would send it, changed by the test. */
async function notify(ctx: Ctx, app: FastifyInstance, ordered: Ordered, changes: object = {}, tamper: (headers: Record<string, string>, body: string) => { headers?: Record<string, string>; body?: string } = () => ({})) {
  const body = JSON.stringify({ type: 'payment.paid', merchantOrderId: ordered.topUp.id, paymentId: ordered.paymentId, amountCents: 1000, currency: 'CNY', ...changes });
  const headers = signNotification(ctx, body, randomBytes(16).toString('base64url'));
  const tampered = { headers, body, ...tamper(headers, body) };
  return app.inject({ method: 'POST', url: '/api/wallet/notifications/sandbox', headers: { ...tampered.headers, 'content-type': 'application/json' }, payload: tampered.body });
}

const balanceOf = async (person: Person) => (await person.call('GET', '/api/wallet')).json<{ balanceMicros: number }>().balanceMicros;
const readTopUp = async (person: Person, { topUp }: Ordered) => (await person.call('GET', `/api/wallet/top-ups/${topUp.id}`)).json<TopUp>();

test('a top-up goes to the cashier, is paid there and credited by the notification', async ({ ctx, app }) => {
  const person = await aPerson(app);
  const ordered = await order(app, person, 10 * yuan);
  expect(ordered.topUp.status).toBe('pending');
  const page = await app.inject({ url: ordered.redirectUrl });
  expect(page.headers['content-type']).toContain('text/html');
  expect(page.body).toContain('¥10.00');
  expect(page.body).not.toMatch(/<script|javascript:|onclick/i);
  const pressed = await press(app, ordered, 'pay');
  expect(pressed.statusCode).toBe(303);
  expect(pressed.headers.location).toBe(`/wallet?topUp=${ordered.topUp.id}`);
  expect(await balanceOf(person)).toBe(0);
  await deliver(ctx, app, ordered);
  expect(await balanceOf(person)).toBe(10 * yuan);
  expect(await readTopUp(person, ordered)).toMatchObject({ status: 'paid', isLate: false, failureReason: null });
});

test('a notification delivered five times, and asked for besides, credits once', async ({ ctx, app, database }) => {
  const person = await aPerson(app);
  const ordered = await order(app, person, 10 * yuan);
  await press(app, ordered, 'pay');
  await press(app, ordered, 'pay');
  await deliver(ctx, app, ordered);
  const replays = await Promise.all(Array.from({ length: 5 }, () => notify(ctx, app, ordered)));
  expect(replays.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200, 200]);
  await runJobNow(asSystem(ctx, 'test'), 'wallet.check-top-up', { topUpId: ordered.topUp.id });
  expect(await balanceOf(person)).toBe(10 * yuan);
  const audits = await database.admin.query(`select 1 from audit.entries where action = 'wallet.top_up_paid' and target_id = $1`, [ordered.topUp.id]);
  expect(audits.rows).toHaveLength(1);
});

test('five notifications at the same moment credit once', async ({ ctx, app }) => {
  const person = await aPerson(app);
  const ordered = await order(app, person, 10 * yuan);
  const answers = await Promise.all(Array.from({ length: 5 }, () => notify(ctx, app, ordered)));
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200, 200]);
  expect(await balanceOf(person)).toBe(10 * yuan);
});

test('a forged, changed, replayed or garbled notification is refused and credits nothing', async ({ ctx, app, clock }) => {
  const person = await aPerson(app);
  const ordered = await order(app, person, 10 * yuan);
  const reasonOf = async (answer: ReturnType<typeof notify>) => {
    const { statusCode, json } = await answer;
    return `${statusCode} ${json<{ reason?: string }>().reason}`;
  };
  expect(await reasonOf(notify(ctx, app, ordered, {}, (headers) => ({ headers: { ...headers, 'sandbox-signature': '0'.repeat(64) } })))).toBe('400 signature');
  expect(await reasonOf(notify(ctx, app, ordered, {}, (_headers, body) => ({ body: body.replace('1000', '100000') })))).toBe('400 signature');
  expect(await reasonOf(notify(ctx, app, ordered, {}, (headers) => ({ headers: { ...headers, 'sandbox-nonce': 'anothernonce' } })))).toBe('400 signature');
  expect(await reasonOf(notify(ctx, app, ordered, {}, (headers) => ({ headers: { ...headers, 'sandbox-timestamp': String(Number(headers['sandbox-timestamp']) + 1) } })))).toBe('400 signature');
  expect(await reasonOf(notify(ctx, app, ordered, {}, () => ({ headers: {} })))).toBe('400 headers');
  expect(await reasonOf(notify(ctx, app, ordered, { amountCents: 10.5 }))).toBe('400 body');
  expect(await reasonOf(notify(ctx, app, ordered, { type: 'payment.refunded' }))).toBe('400 body');
  for (const skewMs of [-301_000, 301_000]) {
    const stale = { ...ctx, clock: { now: () => new Date(clock.now().getTime() + skewMs) } };
    expect(await reasonOf(notify(stale, app, ordered))).toBe('400 timestamp');
  }
  const otherVendor = { ...ctx, keyedHash: () => 'a key of somebody else' };
  expect(await reasonOf(notify(otherVendor, app, ordered))).toBe('400 signature');
  expect(await balanceOf(person)).toBe(0);
  expect((await readTopUp(person, ordered)).status).toBe('pending');
});

test('a signed notification of another amount, currency or unknown order credits nothing and is written down', async ({ ctx, app, database }) => {
  const person = await aPerson(app);
  const ordered = await order(app, person, 10 * yuan);
  for (const [changes, reason] of [
    [{ amountCents: 999 }, 'amount'],
    [{ amountCents: 1_000_000 }, 'amount'],
    [{ currency: 'USD' }, 'currency'],
    [{ merchantOrderId: 'topup_00000000000000000000000000' }, 'unknown_order'],
  ] as const) {
    const answer = await notify(ctx, app, ordered, changes);
    expect([answer.statusCode, answer.json<{ reason: string }>().reason]).toEqual([409, reason]);
  }
  expect(await balanceOf(person)).toBe(0);
  const audits = await database.admin.query(`select details from audit.entries where action = 'wallet.notification_mismatched' and target_id = $1`, [ordered.topUp.id]);
  expect(audits.rows).toHaveLength(3);
});

test('a second payment for the same order is not credited by machine', async ({ ctx, app }) => {
  const person = await aPerson(app);
  const ordered = await order(app, person, 10 * yuan);
  expect((await notify(ctx, app, ordered)).statusCode).toBe(200);
  const second = await notify(ctx, app, ordered, { paymentId: 'pay_00000000000000000000000000' });
  expect([second.statusCode, second.json<{ reason: string }>().reason]).toEqual([409, 'second_payment']);
  expect(await balanceOf(person)).toBe(10 * yuan);
});

test('money that arrives after the top-up has expired is credited once and marked', async ({ ctx, app, clock }) => {
  const person = await aPerson(app);
  const ordered = await order(app, person, 10 * yuan);
  clock.advanceMs(1_800_000);
  await runJobNow(asSystem(ctx, 'test'), 'wallet.check-top-up', { topUpId: ordered.topUp.id });
  expect(await readTopUp(person, ordered)).toMatchObject({ status: 'failed', failureReason: 'expired', paidAt: null });
  await press(app, ordered, 'pay');
  await deliver(ctx, app, ordered);
  await notify(ctx, app, ordered);
  expect(await readTopUp(person, ordered)).toMatchObject({ status: 'paid', failureReason: null, isLate: true });
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

test('a cancelled payment ends the top-up; a cancellation that comes after the money changes nothing', async ({ ctx, app }) => {
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

test('a notification that is not acknowledged stays in the queue to be tried again', async ({ ctx, app, database }) => {
  const person = await aPerson(app);
  const ordered = await order(app, person, 10 * yuan);
  await press(app, ordered, 'pay');
  await app.listen({ host: '127.0.0.1', port: 0 });
  await database.admin.query('update wallet.top_ups set currency = $2 where id = $1', [ordered.topUp.id, 'USD']);
  await expect(deliver(ctx, app, ordered)).rejects.toThrow('answered 409');
  await database.admin.query('update wallet.top_ups set currency = $2 where id = $1', [ordered.topUp.id, 'CNY']);
  await deliver(ctx, app, ordered);
  await deliver(ctx, app, ordered);
  expect(await balanceOf(person)).toBe(10 * yuan);
});

test('the same Idempotency-Key is the same top-up; with another amount it is refused', async ({ app }) => {
  const person = await aPerson(app);
  const [first, second] = await Promise.all([order(app, person, 10 * yuan, 'key'), order(app, person, 10 * yuan, 'key')]);
  expect(second.topUp.id).toBe(first.topUp.id);
  expect(second.redirectUrl).toBe(first.redirectUrl);
  await expect(order(app, person, 20 * yuan, 'key')).rejects.toThrow('wallet.idempotency_key_reused');
  const stranger = await aPerson(app);
  expect((await order(app, stranger, 10 * yuan, 'key')).topUp.id).not.toBe(first.topUp.id);
  const without = await person.call('POST', '/api/wallet/top-ups', { amountMicros: yuan, channel: 'sandbox' });
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
    db: database.db,
    databaseUrl: database.appUrl,
    clock,
    log: createLog('silent'),
    config: { ...testConfig, sandboxPayments: false },
    keyedHash: ctx.keyedHash,
    policy: await publishPolicy(asSystem(ctx, 'test'), registry),
  });
  await production.ready();
  expect((await notify(ctx, production, ordered)).statusCode).toBe(404);
  expect((await production.inject({ url: ordered.redirectUrl })).statusCode).toBe(404);
  await expect(order(production, person, 10 * yuan)).rejects.toThrow('wallet.channel_not_offered');
  await production.close();
  expect(await balanceOf(person)).toBe(0);
});
