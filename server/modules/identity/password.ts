import { hash, verify } from '@node-rs/argon2';
import type { Ctx } from '../../kernel/context.ts';
import { addressOf } from './attempts.ts';
import { commonPasswords } from './common-passwords.ts';
import { createHashSlots, type HashRequester } from './hash-slots.ts';
import { weakPassword } from './problems.ts';

const minLength = 10;
export const maxPasswordLength = 200;

// Argon2id, the library's default, with OWASP's recommended memory and one pass more: about 20 ms of one core.
const cost = { memoryCost: 19_456, timeCost: 3, parallelism: 1 };

const slots = createHashSlots({ running: 2, waiting: 64, waitingPerRequester: 8 });

export function hashPassword(ctx: Ctx, password: string): Promise<string> {
  return slots.run(requesterOf(ctx), () => hashed(password));
}

function hashed(password: string): Promise<string> {
  return hash(password.normalize('NFKC'), cost);
}

function requesterOf(ctx: Ctx): HashRequester {
  if (ctx.actor.kind === 'system') return { key: 'system', isKnown: true };
  if (ctx.actor.kind === 'user') return { key: ctx.actor.userId, isKnown: true };
  const device = ctx.client?.device ?? null;
  if (device !== null && device.personMark !== '') return { key: device.personMark, isKnown: true };
  return { key: addressOf(ctx), isKnown: false };
}

let decoy: Promise<string> | undefined;

/** Compares with a hash; without one it compares with a decoy, so that "no such person" takes just as long. */
export async function isPassword(ctx: Ctx, storedHash: string | null, password: string): Promise<boolean> {
  const compared = await hashToCompare(storedHash);
  const isEqual = await slots.run(requesterOf(ctx), () => verify(compared, password.normalize('NFKC')));
  return isEqual && storedHash !== null;
}

/** The stored hash, else one of the same cost that matches no password. */
export async function hashToCompare(storedHash: string | null): Promise<string> {
  decoy ??= hashed('nobody has this password');
  return storedHash ?? decoy;
}

/**
 * The rules for a new password (D-ACC-7).
 * @param notThese what it must not be equal to: username, e-mail address.
 * @throws `identity.weak_password` naming the rule.
 */
export function requireGoodPassword(
  password: string,
  field: string,
  notThese: readonly (string | null | undefined)[],
): void {
  const rule = brokenRule(password, notThese);
  if (rule === null) return;
  throw weakPassword({ rule, issues: [{ path: `body.${field}`, message: ruleTexts[rule] }] });
}

type Rule = 'too_short' | 'same_as_name' | 'too_common';

const ruleTexts: Readonly<Record<Rule, string>> = {
  too_short: `must have at least ${minLength} characters`,
  same_as_name: 'must not be the username or the e-mail address',
  too_common: 'is one of the passwords tried first by attackers',
};

function brokenRule(password: string, notThese: readonly (string | null | undefined)[]): Rule | null {
  const lowered = password.normalize('NFKC').toLowerCase();
  if ([...password].length < minLength) return 'too_short';
  if (notThese.some((name) => name !== null && name !== undefined && name.toLowerCase() === lowered))
    return 'same_as_name';
  if (isCommon(lowered)) return 'too_common';
  return null;
}

/** On the list, on it with digits behind, or hardly more than one or two characters repeated. */
function isCommon(lowered: string): boolean {
  if (new Set(lowered).size < 4) return true;
  if (commonPasswords.has(lowered)) return true;
  return commonPasswords.has(lowered.replace(/[\d!@#$.]+$/, '')) || isRun(lowered);
}

/** `abcdefghij`, `9876543210`: every step the same. */
function isRun(text: string): boolean {
  const codes = [...text].map((character) => character.codePointAt(0) ?? 0);
  const step = (codes[1] ?? 0) - (codes[0] ?? 0);
  return (
    Math.abs(step) <= 1 &&
    codes.every((code, index) => index === 0 || code - (codes[index - 1] ?? 0) === step)
  );
}
