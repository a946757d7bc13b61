import { parsePhoneNumberFromString } from 'libphonenumber-js/mobile';
import type { IssueRule } from '../../kernel/issue-rules.ts';
import { hasUnseen } from '../../kernel/normal-form.ts';
import { isReservedName } from './reserved-names.ts';

/** Letters and the digits 0 to 9 (those of other scripts look like letters), and `_ . -` between them. `@` and `#` are not for names: they tell names from addresses and from sub-accounts. */
const usernamePattern = /^[\p{L}0-9〇](?:[\p{L}0-9〇._-]{0,38}[\p{L}0-9〇])?$/u;

/** Case, width and compatibility forms do not tell two people apart (NFKC, case folded). */
export function normaliseUsername(text: string): string {
  return text
    .normalize('NFKC')
    .trim()
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replaceAll('ς', 'σ')
    .normalize('NFKC');
}

const nameRules = {
  wrong_format: 'must be 2 to 40 letters or digits, with . _ - between them',
  mixed_scripts: 'must not mix letters of different scripts',
  like_a_phone: 'must not look like a phone number',
  reserved: 'must not contain a reserved word, nor be an id',
} as const satisfies Partial<Record<IssueRule, string>>;

/** What is wrong with a normalised name that a person chooses, null when nothing is. */
export function brokenNameRule(name: string): { rule: IssueRule; message: string } | null {
  const rule = findBrokenRule(name);
  return rule === null ? null : { rule, message: nameRules[rule] };
}

function findBrokenRule(name: string): keyof typeof nameRules | null {
  if (name.length < 2 || !usernamePattern.test(name) || hasUnseen(name)) return 'wrong_format';
  if (!isOneScript(name)) return 'mixed_scripts';
  if (looksLikePhone(name)) return 'like_a_phone';
  return isReservedName(name) ? 'reserved' : null;
}

/** Scripts that are written together (UTS 39, highly restrictive): Latin beside the scripts of East Asia. */
const scriptSets = [
  /^[\p{Script=Latin}\p{Script=Han}\p{Script=Bopomofo}]*$/u,
  /^[\p{Script=Latin}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]*$/u,
  /^[\p{Script=Latin}\p{Script=Han}\p{Script=Hangul}]*$/u,
  ...['Cyrillic', 'Greek', 'Arabic', 'Hebrew', 'Devanagari', 'Thai', 'Armenian', 'Georgian'].map(
    (script) => new RegExp(`^\\p{Script=${script}}*$`, 'u'),
  ),
];

function isOneScript(name: string): boolean {
  const letters = name.replaceAll(/[\p{N}._\p{Script=Common}\p{Script=Inherited}-]/gu, '');
  return scriptSets.some((pattern) => pattern.test(letters));
}

function looksLikePhone(name: string): boolean {
  const digits = name.replaceAll(/[._-]/g, '');
  return /^\p{N}{5,}$/u.test(digits) || parsePhoneNumberFromString(digits, 'CN')?.isValid() === true;
}
