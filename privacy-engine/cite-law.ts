import type { LocalisedText } from './declaration-types.ts';
import type { Language } from './describe-retention.ts';

/** Laws by the short name citations use, with their full titles and where the official text is. */
export type Laws = Readonly<Record<string, Law>>;

export interface Law {
  readonly title: LocalisedText;
  /** Address of the official text. */
  readonly source: string;
}

const part = /^(?:(?<law>\D+) )?(?<from>\d+)(?:-(?<to>\d+))?(?:\((?<paragraph>\d+)\))?(?:\[(?<item>\d+)\])?$/;

/**
 * A citation in full, for people. `PIPL 13(1)[2]` is article 13, paragraph 1, item 2; several articles are separated by
 * commas, and one without a name is of the law before it: `PIPL 31, 49`.
 * @throws Error for a law that is not in the table or a citation that cannot be read.
 */
export function citeLaw(laws: Laws, citation: string, language: Language): string {
  let known: Law | undefined;
  const cited = citation.split(/[,;] /).map((text) => {
    const found = part.exec(text)?.groups;
    if (found?.['law'] !== undefined) known = laws[found['law']];
    if (found === undefined || known === undefined) {
      throw new Error(`"${citation}" cites no law of the table`);
    }
    const article = articleText(found, language);
    if (found['law'] === undefined) return article;
    return language === 'zh' ? `《${known.title.zh}》${article}` : `${known.title.en}, Art. ${article}`;
  });
  return cited.join(language === 'zh' ? '、' : ', ');
}

/** Whether every part of a citation is in the table. */
export function isCitation(laws: Laws, citation: string): boolean {
  try {
    return citeLaw(laws, citation, 'zh') !== '';
  } catch {
    return false;
  }
}

function articleText(found: Record<string, string | undefined>, language: Language): string {
  const { from = '', to, paragraph, item } = found;
  if (language === 'en') {
    return `${from}${to === undefined ? '' : `–${to}`}${inBrackets(paragraph)}${inBrackets(item)}`;
  }
  const range = to === undefined ? '' : `至第${chineseNumber(Number(to))}条`;
  const below = paragraph === undefined ? '' : `第${chineseNumber(Number(paragraph))}款`;
  return `第${chineseNumber(Number(from))}条${range}${below}${item === undefined ? '' : `第${chineseNumber(Number(item))}项`}`;
}

function inBrackets(number: string | undefined): string {
  return number === undefined ? '' : `(${number})`;
}

const digits = '零一二三四五六七八九';
const places = ['', '十', '百', '千'];

/** 132 → 一百三十二, as articles are counted; below ten thousand. */
export function chineseNumber(number: number): string {
  const text = String(number);
  const words = [...text].map((digit, index) => {
    if (digit === '0') return '零';
    return `${digits[Number(digit)] ?? ''}${places[text.length - 1 - index] ?? ''}`;
  });
  return words
    .join('')
    .replace(/零+/g, '零')
    .replace(/(?<=.)零$/, '')
    .replace(/^一十/, '十');
}
