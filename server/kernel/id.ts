import { randomUUID } from 'node:crypto';
import { TypeID, typeidUnboxed } from 'typeid-js';
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
  staffRead: 'read',
  auditor: 'auditor',
  model: 'model',
  priceVersion: 'price',
  account: 'acct',
  transfer: 'tr',
  topUp: 'topup',
  sandboxPayment: 'pay',
  bankTransfer: 'bank',
  suspendedPayment: 'suspense',
  usageEvent: 'usage',
  billRow: 'bill',
  upstream: 'up',
  lease: 'lease',
  request: 'req',
  case: 'case',
  caseStep: 'step',
  caseCode: 'ccode',
  consent: 'consent',
  news: 'news',
  newsSend: 'newssend',
  export: 'export',
  erasure: 'erase',
  sweep: 'sweep',
  unreadableCell: 'cell',
  objection: 'object',
  correction: 'correct',
  correctionNotice: 'corrnote',
} as const;

export type IdKind = keyof typeof prefixes;

/**
 * Names that outlive a person, or what was promised to one: they must not tell when somebody registered or left, so
 * they have no instant in them and no order.
 */
const timeless: ReadonlySet<IdKind> = new Set(['user', 'tenant', 'erasure']);

/** A new TypeID: time-ordered (UUIDv7), but for `timeless` kinds. */
export function newId(kind: IdKind): string {
  return timeless.has(kind) ? newTimelessId(kind) : typeidUnboxed(prefixes[kind]);
}

/** A new TypeID of random bits alone (UUIDv4). */
export function newTimelessId(kind: IdKind): string {
  return TypeID.fromUUID(prefixes[kind], randomUUID()).toString();
}

const base32 = '0123456789abcdefghjkmnpqrstvwxyz';

/** The UTC day an id was made on, `2026-11-02`: the first 48 bits of its UUIDv7 are milliseconds. @throws for no id of ours. */
export function dayOfId(id: string): string {
  const suffix = /^[a-z_]+_([0-7][0-9a-hjkmnp-tv-z]{25})$/.exec(id)?.[1];
  if (suffix === undefined) throw new Error('not an id of ours');
  let milliseconds = 0;
  for (const digit of suffix.slice(0, 10)) milliseconds = milliseconds * 32 + base32.indexOf(digit);
  return new Date(milliseconds).toISOString().slice(0, 10);
}

const anyId = new RegExp(`^(?:${Object.values(prefixes).join('|')})_[0-7][0-9a-hjkmnp-tv-z]{25}$`);

/** Whether a text has the form of an id, of whatever kind. */
export function isIdShaped(text: string): boolean {
  return anyId.test(text);
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
