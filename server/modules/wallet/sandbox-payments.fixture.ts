// What the tests of top-ups share: a person at the sandbox's cashier, and a vendor that may lie.
import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { asSystem, type Ctx } from '../../kernel/context.ts';
import { runJobNow } from '../../kernel/jobs.ts';
import { signNotification } from './channels/sandbox-signature.ts';
import type { Person } from '../../testing/factories.ts';

export interface TopUp {
  id: string;
  status: 'pending' | 'paid' | 'failed';
  failureReason: string | null;
  isLate: boolean;
  paidAt: string | null;
}
export interface Ordered {
  topUp: TopUp;
  redirectUrl: string;
  paymentId: string;
}

export const yuan = 1_000_000;

export async function order(
  app: FastifyInstance,
  person: Person,
  amountMicros: number,
  key = randomBytes(6).toString('hex'),
): Promise<Ordered> {
  const answer = await app.inject({
    method: 'POST',
    url: '/api/wallet/top-ups',
    headers: { ...person.headers, 'idempotency-key': key },
    payload: { amountMicros, channel: 'sandbox' },
  });
  if (answer.statusCode !== 201) throw new Error(`${answer.statusCode} ${answer.body}`);
  const { topUp, redirectUrl } = answer.json<Ordered>();
  return { topUp, redirectUrl, paymentId: redirectUrl.split('/').at(-1) ?? '' };
}

export async function press(app: FastifyInstance, { redirectUrl }: Ordered, action: 'pay' | 'cancel') {
  return app.inject({
    method: 'POST',
    url: redirectUrl,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: `action=${action}`,
  });
}

export async function deliver(ctx: Ctx, app: FastifyInstance, { paymentId }: Ordered): Promise<void> {
  if (!app.server.listening) await app.listen({ host: '127.0.0.1', port: 0 });
  await runJobNow(asSystem(ctx, 'test'), 'wallet.deliver-sandbox-notification', { paymentId });
}

/** A notification as the vendor would send it, changed by the test. */
export async function notify(
  ctx: Ctx,
  app: FastifyInstance,
  ordered: Ordered,
  changes: object = {},
  tamper: (
    headers: Record<string, string>,
    body: string,
  ) => { headers?: Record<string, string>; body?: string } = () => ({}),
) {
  const body = JSON.stringify({
    type: 'payment.paid',
    merchantOrderId: ordered.topUp.id,
    paymentId: ordered.paymentId,
    amountCents: 1000,
    currency: 'CNY',
    ...changes,
  });
  const headers = signNotification(ctx, body, randomBytes(16).toString('base64url'));
  const tampered = { headers, body, ...tamper(headers, body) };
  return app.inject({
    method: 'POST',
    url: '/api/wallet/notifications/sandbox',
    headers: { ...tampered.headers, 'content-type': 'application/json' },
    payload: tampered.body,
  });
}

export const balanceOf = async (person: Person) =>
  (await person.call('GET', '/api/wallet')).json<{ balanceMicros: number }>().balanceMicros;
export const readTopUp = async (person: Person, { topUp }: Ordered) =>
  (await person.call('GET', `/api/wallet/top-ups/${topUp.id}`)).json<TopUp>();
