import { expect } from 'vitest';
import { asSystem } from '../../kernel/context.ts';
import { runJobNow } from '../../kernel/jobs.ts';
import { aPerson } from '../../testing/factories.ts';
import { test } from '../../testing/test.ts';
import { balanceOf, deliver, notify, order, press, readTopUp, yuan } from './sandbox-payments.fixture.ts';

test('a notification delivered five times, and asked for besides, credits once', async ({
  ctx,
  app,
  database,
}) => {
  const person = await aPerson(app);
  const ordered = await order(app, person, 10 * yuan);
  await press(app, ordered, 'pay');
  await press(app, ordered, 'pay');
  await deliver(ctx, app, ordered);
  const replays = await Promise.all(Array.from({ length: 5 }, () => notify(ctx, app, ordered)));
  expect(replays.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200, 200]);
  await runJobNow(asSystem(ctx, 'test'), 'wallet.check-top-up', { topUpId: ordered.topUp.id });
  expect(await balanceOf(person)).toBe(10 * yuan);
  const audits = await database.admin.query(
    `select 1 from audit.entries where action = 'wallet.top_up_paid' and target_id = $1`,
    [ordered.topUp.id],
  );
  expect(audits.rows).toHaveLength(1);
});

test('five notifications at the same moment credit once', async ({ ctx, app }) => {
  const person = await aPerson(app);
  const ordered = await order(app, person, 10 * yuan);
  const answers = await Promise.all(Array.from({ length: 5 }, () => notify(ctx, app, ordered)));
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200, 200]);
  expect(await balanceOf(person)).toBe(10 * yuan);
});

test('a forged, changed, replayed or garbled notification is refused and credits nothing', async ({
  ctx,
  app,
  clock,
}) => {
  const person = await aPerson(app);
  const ordered = await order(app, person, 10 * yuan);
  const reasonOf = async (answer: ReturnType<typeof notify>) => {
    const { statusCode, json } = await answer;
    return `${statusCode} ${json<{ reason?: string }>().reason}`;
  };
  expect(
    await reasonOf(
      notify(ctx, app, ordered, {}, (headers) => ({
        headers: { ...headers, 'sandbox-signature': '0'.repeat(64) },
      })),
    ),
  ).toBe('400 signature');
  expect(
    await reasonOf(
      notify(ctx, app, ordered, {}, (_headers, body) => ({ body: body.replace('1000', '100000') })),
    ),
  ).toBe('400 signature');
  expect(
    await reasonOf(
      notify(ctx, app, ordered, {}, (headers) => ({
        headers: { ...headers, 'sandbox-nonce': 'anothernonce' },
      })),
    ),
  ).toBe('400 signature');
  expect(
    await reasonOf(
      notify(ctx, app, ordered, {}, (headers) => ({
        headers: { ...headers, 'sandbox-timestamp': String(Number(headers['sandbox-timestamp']) + 1) },
      })),
    ),
  ).toBe('400 signature');
  expect(await reasonOf(notify(ctx, app, ordered, {}, () => ({ headers: {} })))).toBe('400 headers');
  expect(await reasonOf(notify(ctx, app, ordered, { amountCents: 10.5 }))).toBe('400 body');
  expect(await reasonOf(notify(ctx, app, ordered, { type: 'payment.refunded' }))).toBe('400 body');
  for (const skewMs of [-301_000, 301_000]) {
    const stale = { ...ctx, clock: { now: () => new Date(clock.now().getTime() + skewMs) } };
    expect(await reasonOf(notify(stale, app, ordered))).toBe('400 timestamp');
  }
  for (const skewMs of [-300_000, 300_000]) {
    const slow = { ...ctx, clock: { now: () => new Date(clock.now().getTime() + skewMs) } };
    expect(await reasonOf(notify(slow, app, ordered, { amountCents: 1 }))).toBe('409 amount');
  }
  const otherVendor = { ...ctx, keyedHash: () => 'a key of another vendor' };
  expect(await reasonOf(notify(otherVendor, app, ordered))).toBe('400 signature');
  expect(await balanceOf(person)).toBe(0);
  expect((await readTopUp(person, ordered)).status).toBe('pending');
});

test('a signed notification whose text or amount no column can hold is refused, and the top-up waits on', async ({
  ctx,
  app,
  database,
}) => {
  const person = await aPerson(app);
  const ordered = await order(app, person, 10 * yuan);
  for (const changes of [
    { paymentId: 'pay_\u0000' },
    { paymentId: 'pay_\ud800' },
    { merchantOrderId: `${ordered.topUp.id}\u0000` },
    { currency: 'CN\u0000' },
    { type: 'payment.paid\u0000' },
    { paymentId: 'x'.repeat(101) },
    { merchantOrderId: 'x'.repeat(101) },
    { currency: 'x'.repeat(11) },
    { amountCents: 900_719_925_475 },
    { amountCents: 1e30 },
    { amountCents: -0 },
    { amountCents: ['1000'] },
  ]) {
    const answer = await notify(ctx, app, ordered, changes);
    expect([changes, answer.statusCode, answer.json()]).toMatchObject([changes, 400, { reason: 'body' }]);
  }
  // The largest that fit are read, and then are not what was ordered.
  for (const [changes, reason] of [
    [{ paymentId: 'x'.repeat(100), amountCents: 900_719_925_474 }, 'amount'],
    [{ merchantOrderId: 'x'.repeat(100) }, 'unknown_order'],
    [{ currency: 'x'.repeat(10) }, 'currency'],
  ] as const)
    expect((await notify(ctx, app, ordered, changes)).json()).toMatchObject({ reason });
  const garbled = await notify(ctx, app, ordered, {}, () => ({ body: '{"type":"payment.paid\u0000' }));
  expect([garbled.statusCode, garbled.json()]).toMatchObject([400, { code: 'kernel.invalid_input' }]);
  expect(await balanceOf(person)).toBe(0);
  const { rows } = await database.admin.query('select 1 from wallet.transfers where ref_id = $1', [
    ordered.topUp.id,
  ]);
  expect(rows).toEqual([]);
  expect((await notify(ctx, app, ordered)).statusCode).toBe(200);
  expect(await balanceOf(person)).toBe(10 * yuan);
});

test('a trade number that another order carries, in whatever spelling, is refused and credits nobody', async ({
  ctx,
  app,
}) => {
  const [payer, other] = [await aPerson(app), await aPerson(app)];
  const [paid, waiting] = [await order(app, payer, 10 * yuan), await order(app, other, 10 * yuan)];
  expect((await notify(ctx, app, paid)).statusCode).toBe(200);
  for (const paymentId of [paid.paymentId, paid.paymentId.toUpperCase(), `${paid.paymentId}\u200b`]) {
    const answer = await notify(ctx, app, waiting, { paymentId });
    expect([answer.statusCode, answer.json()]).toMatchObject([409, { reason: 'other_order' }]);
  }
  expect([await balanceOf(payer), await balanceOf(other)]).toEqual([10 * yuan, 0]);
  expect((await readTopUp(other, waiting)).status).toBe('pending');
  // Its own payment is credited as if nothing had been notified before.
  expect((await notify(ctx, app, waiting)).statusCode).toBe(200);
  expect([await balanceOf(payer), await balanceOf(other)]).toEqual([10 * yuan, 10 * yuan]);
});

test('a signed notification of another amount, currency or unknown order credits nothing and is written down', async ({
  ctx,
  app,
  database,
}) => {
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
  const audits = await database.admin.query(
    `select details from audit.entries where action = 'wallet.notification_mismatched' and target_id = $1`,
    [ordered.topUp.id],
  );
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
