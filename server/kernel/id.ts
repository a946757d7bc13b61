import { typeidUnboxed } from 'typeid-js';
import { z } from 'zod';

/** Prefix of every id: `user_01h455vb4pex5vsknk084sn02q` says what it is, sorts by time and survives copying. */
const prefixes = {
  tenant: 'tenant',
  user: 'user',
  credential: 'cred',
  session: 'sess',
  signInCode: 'code',
  policyAcceptance: 'accept',
  apiKey: 'key',
  message: 'msg',
  auditEntry: 'audit',
  accessLogEntry: 'access',
  model: 'model',
  priceVersion: 'price',
  account: 'acct',
  transfer: 'tr',
  topUp: 'topup',
  sandboxPayment: 'pay',
  bankTransfer: 'bank',
  usageEvent: 'usage',
  billRow: 'bill',
  upstream: 'up',
  lease: 'lease',
  request: 'req',
} as const;

export type IdKind = keyof typeof prefixes;

/** A new, time-ordered TypeID (UUIDv7). */
export function newId(kind: IdKind): string {
  return typeidUnboxed(prefixes[kind]);
}

/** Validates the shape of an id of one kind at the edge. */
export function idSchema(kind: IdKind) {
  const prefix = prefixes[kind];
  return z
    .string()
    .regex(
      new RegExp(`^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$`),
      `must be an id like ${prefix}_01h455vb4pex5vsknk084sn02q`,
    );
}
