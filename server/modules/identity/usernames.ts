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

/** Letters that look like a mark beside another one: modifier letters, Latin ones without case such as clicks, saltillo. */
const markLetters = /(?![ーゝゞヽヾๆ\p{Script=Han}])\p{Lm}|(?=\p{Lo})\p{Script=Latin}|ꞌ/u;

/** Marks of repetition and length, where no letter of their script is before them. */
const strayMarks =
  /(?<![\p{Script=Hiragana}\p{Script=Katakana}ー])[ーゝゞヽヾ]|(?<!\p{Script=Han})[々〻]|(?<!\p{Script=Thai})ๆ/u;

/** A run of nothing but strokes. Between characters they are characters, beside Latin letters they look like marks. */
const onlyStrokes = /^[一丨丶丿亅乀乁ノㄧ\u1100-\u11ff]+$/u;

function hasMarkLetters(name: string): boolean {
  if (markLetters.test(name) || strayMarks.test(name)) return true;
  if (!/[\p{Script=Latin}0-9]/u.test(name)) return false;
  return name.split(/[\p{Script=Latin}0-9._-]+/u).some((run) => onlyStrokes.test(run));
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
  if (hasMarkLetters(name)) return 'wrong_format';
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
