import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import { expect } from 'vitest';
import { asSystem, type Ctx } from '../../kernel/context.ts';
import { newId } from '../../kernel/id.ts';
import { testConfig } from '../../testing/test-config.ts';
import { test } from '../../testing/test.ts';
import { apiUrl } from './channels/api-url.ts';
import { createSandboxChannel } from './channels/sandbox.ts';
import { openTopUpDesk, topUpChannels } from './top-up-desk.ts';

const amountMicros = 10_000_000n;

async function paymentAt(ctx: Ctx, sandbox: ReturnType<typeof createSandboxChannel>) {
  const topUpId = newId('topup');
  const order = { topUpId, amountMicros, currency: 'CNY', expiresAt: ctx.clock.now() };
  const { redirectUrl } = await sandbox.createPayment(ctx, order);
  expect(await sandbox.createPayment(ctx, order), 'the same order is the same payment').toEqual({
    redirectUrl,
  });
  return { topUpId, paymentId: redirectUrl.replace('/sandbox-cashier/', '') };
}

test('the merchant hears of a payment once it is decided, signed, again and again until it acknowledges', async ({
  ctx,
}) => {
  const system = asSystem(ctx, 'test');
  const heard: unknown[] = [];
  const answers = [500, 200];
  const merchant = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      heard.push(sandbox.readNotification(system, { headers: request.headers, body }));
      response.writeHead(answers.shift() ?? 200).end();
    });
  });
  await new Promise<void>((resolve) => merchant.listen(0, '127.0.0.1', resolve));
  const { port } = merchant.address() as AddressInfo;
  const sandbox = createSandboxChannel({ notificationUrl: () => `http://127.0.0.1:${port}/` });
  try {
    const { topUpId, paymentId } = await paymentAt(system, sandbox);
    const deliver = () => sandbox.deliver.run(system, { paymentId });
    await deliver();
    await sandbox.deliver.run(system, { paymentId: newId('pay') });
    expect(heard).toEqual([]);
    expect(await sandbox.decide(system, paymentId, 'paid')).toMatchObject({ status: 'paid' });
    expect(await sandbox.decide(system, paymentId, 'closed')).toMatchObject({ status: 'paid' });
    await expect(deliver()).rejects.toThrow('answered 500');
    await deliver();
    await deliver();
    const fact = { topUpId, state: 'paid', tradeNumber: paymentId, amountMicros, currency: 'CNY' };
    expect(heard).toEqual([fact, fact]);
  } finally {
    await new Promise((resolve) => merchant.close(resolve));
  }
});

test('the vendor says what became of an order, closes one that is not paid, and knows no other', async ({
  ctx,
}) => {
  const system = asSystem(ctx, 'test');
  const sandbox = createSandboxChannel({ notificationUrl: () => 'http://127.0.0.1/' });
  const [waiting, paid] = [await paymentAt(system, sandbox), await paymentAt(system, sandbox)];
  await sandbox.decide(system, paid.paymentId, 'paid');
  expect(await sandbox.findPayment(system, waiting.topUpId)).toEqual({
    topUpId: waiting.topUpId,
    state: 'waiting',
    tradeNumber: waiting.paymentId,
    amountMicros,
    currency: 'CNY',
  });
  expect(await sandbox.closePayment(system, waiting.topUpId)).toMatchObject({ state: 'closed' });
  expect(await sandbox.closePayment(system, paid.topUpId)).toMatchObject({ state: 'paid' });
  expect(await sandbox.findForCashier(system, paid.paymentId)).toMatchObject({
    status: 'paid',
    amountMicros,
  });
  const unknown = newId('topup');
  expect([await sandbox.findPayment(system, unknown), await sandbox.closePayment(system, unknown)]).toEqual([
    null,
    null,
  ]);
  const missing = { code: 'wallet.payment_not_found' };
  await expect(sandbox.findForCashier(system, newId('pay'))).rejects.toMatchObject(missing);
  await expect(sandbox.decide(system, newId('pay'), 'paid')).rejects.toMatchObject(missing);
});

test('the desk offers the sandbox where play money is on, and nothing where it is off', () => {
  const on = openTopUpDesk(testConfig, (channel) => `http://127.0.0.1/${channel}`);
  expect(on.channel('sandbox')).toBe(on.sandbox);
  const config = { ...testConfig, sandboxPayments: false };
  const off = openTopUpDesk(config, () => '');
  expect(off.sandbox).toBeNull();
  for (const [desk, name] of [
    [on, 'bank'],
    [off, 'sandbox'],
  ] as const)
    expect(() => desk.channel(name)).toThrow(expect.objectContaining({ code: 'wallet.channel_not_offered' }));
  expect([topUpChannels(testConfig), topUpChannels(config)]).toEqual([['sandbox'], []]);
});

test('a channel on this machine reaches the process that serves our interfaces, directly or by the public address', async () => {
  const app = Fastify();
  const config = { ...testConfig, port: 8787, publicUrl: 'https://cloud.example' };
  const at = (host: string) => apiUrl(app, { ...config, host });
  expect(at('127.0.0.1'), 'before it listens').toBe('http://127.0.0.1:8787');
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  expect(['127.0.0.1', '0.0.0.0', '::', '', '::1', '192.0.2.1'].map(at)).toEqual(
    ['127.0.0.1', '127.0.0.1', '127.0.0.1', '127.0.0.1', '[::1]', '192.0.2.1'].map(
      (host) => `http://${host}:${port}`,
    ),
  );
  expect(apiUrl(app, { ...config, role: 'worker' })).toBe('https://cloud.example');
  await app.close();
});
