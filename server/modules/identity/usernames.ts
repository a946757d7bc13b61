import { parsePhoneNumberFromString } from 'libphonenumber-js/mobile';
import type { IssueRule } from '../../kernel/issue-rules.ts';

/** Letters and digits, and `_ . -` between them. `@` and `#` are not for names: they tell names from addresses and from sub-accounts. */
const usernamePattern = /^[\p{L}\p{N}](?:[\p{L}\p{N}._-]{0,38}[\p{L}\p{N}])?$/u;

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
  reserved: 'is reserved',
} as const satisfies Partial<Record<IssueRule, string>>;

/** What is wrong with a normalised name that a person chooses, null when nothing is. */
export function brokenNameRule(name: string): { rule: IssueRule; message: string } | null {
  const rule = findBrokenRule(name);
  return rule === null ? null : { rule, message: nameRules[rule] };
}

function findBrokenRule(name: string): keyof typeof nameRules | null {
  if (name.length < 2 || !usernamePattern.test(name)) return 'wrong_format';
  if (!isOneScript(name)) return 'mixed_scripts';
  if (looksLikePhone(name)) return 'like_a_phone';
  return reserved.has(skeletonOf(name)) ? 'reserved' : null;
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

/** The commonest pairs of confusables.txt (UTS 39) among letters that are allowed in a name. */
const confusables: readonly (readonly [string, string])[] = [
  ...pairs('аеорсухіјѕԁԛԝһӏ', 'aeopcyxijsdqwhl'),
  ...pairs('αορνικτυχ', 'aopviktux'),
  ...pairs('01ıɩſ', 'olllf'),
  ['rn', 'm'],
  ['vv', 'w'],
  ['i', 'l'],
];

/** Names that speak for the installation. Compared by how they look, so that `0perat0r` is one of them. */
const reserved = new Set(
  (
    'admin administrator root system operator candor support security privacy official staff moderator ' +
    'service help billing abuse postmaster webmaster 管理员 系统管理员 官方 客服 运营 运营者 系统 支持'
  )
    .split(' ')
    .map(skeletonOf),
);

/** How a name looks: two names with one skeleton are taken for each other. */
export function skeletonOf(name: string): string {
  const plain = normaliseUsername(name)
    .normalize('NFD')
    .replaceAll(/[\p{M}._-]/gu, '');
  return confusables.reduce((text, [from, to]) => text.replaceAll(from, to), plain);
}

function pairs(from: string, to: string): [string, string][] {
  return [...from].map((letter, index) => [letter, to[index] ?? letter]);
}
