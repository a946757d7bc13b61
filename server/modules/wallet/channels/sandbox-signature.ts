import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { type Ctx, now } from '../../../kernel/context.ts';
import { notificationRefused } from '../problems.ts';
import type { RawNotification } from './channel.ts';

const headerNames = {
  timestamp: 'sandbox-timestamp',
  nonce: 'sandbox-nonce',
  signature: 'sandbox-signature',
} as const;
/** Older notifications are replays or come from a clock that is wrong. */
const maxSkewSeconds = 300;

const headersSchema = z.object({
  [headerNames.timestamp]: z.string().regex(/^\d{1,12}$/),
  [headerNames.nonce]: z.string().regex(/^[\w-]{8,64}$/),
  [headerNames.signature]: z.string().regex(/^[0-9a-f]{64}$/),
});

/** Headers that prove a body: time, nonce, and an HMAC-SHA256 over both and the bytes of the body. */
export function signNotification(ctx: Ctx, body: string, nonce: string): Record<string, string> {
  const timestamp = String(Math.floor(now(ctx).getTime() / 1000));
  return {
    [headerNames.timestamp]: timestamp,
    [headerNames.nonce]: nonce,
    [headerNames.signature]: signatureOf(ctx, timestamp, nonce, body).toString('hex'),
  };
}

/** @throws `wallet.notification_refused` naming what is wrong with the headers. */
export function verifyNotification(ctx: Ctx, { headers, body }: RawNotification): void {
  const parsed = headersSchema.safeParse(headers);
  if (!parsed.success) throw notificationRefused({ reason: 'headers' });
  const {
    [headerNames.timestamp]: timestamp,
    [headerNames.nonce]: nonce,
    [headerNames.signature]: signature,
  } = parsed.data;
  if (!timingSafeEqual(signatureOf(ctx, timestamp, nonce, body), Buffer.from(signature, 'hex')))
    throw notificationRefused({ reason: 'signature' });
  const skewSeconds = Math.abs(now(ctx).getTime() / 1000 - Number(timestamp));
  if (skewSeconds > maxSkewSeconds) throw notificationRefused({ reason: 'timestamp' });
}

function signatureOf(ctx: Ctx, timestamp: string, nonce: string, body: string): Buffer {
  // The vendor's key: of this installation, never stored, and of no use for anything else.
  const key = ctx.keyedHash('wallet.sandbox-channel', 'signing key');
  return createHmac('sha256', key).update(`${timestamp}\n${nonce}\n${body}\n`).digest();
}
