import type { Page } from 'playwright-core';

/** Words that Chinese writes in Latin letters: names, standards, units and what is typed as it stands. */
const latinInChinese = (
  'Candor|OpenAI|Python|Node.js|curl|Linux|Chrome|Chromium|vLLM|SGLang|API|SDK|CSV|JSON|JSON Schema|JWS|RFC|ZIP|' +
  'URL|UTC|SHA|KMS|ICP|AES|HTTP|https|Cookie|Argon2id|Ed25519|token|Token|Enter|Shift|“playground”|' +
  // Fields of a request and the beginning of names of cookies, which the policy names.
  'user、metadata|（store）|__Host-'
)
  .split('|')
  .toSorted((a, b) => b.length - a.length);

/**
 * What a person would read on this page and not understand: codes, hashes, machine times, micro-yuan, half-width
 * punctuation in Chinese, words of the other language. Runs in the page, so it stands on its own. `written` is what
 * persons wrote or chose themselves, which is shown as they wrote it.
 */
function carelessWords({
  written,
  latin,
}: {
  written: readonly string[];
  latin: readonly string[];
}): string[] {
  const found: string[] = [];
  const everywhere: [what: string, pattern: RegExp][] = [
    ['a hash', /\b[0-9a-f]{32,}\b/],
    ['a machine instant', /\d{4}-\d\d-\d\dT\d\d:\d\d/],
    ['a value without words', /\b(?:undefined|null|NaN|Infinity)\b|\[object /],
    ['micro-yuan', /[¥￥]\s*-?\d{6,}(?![\d,.])|\b\d{6,}\s*(?:micro|微)/],
    ['a code', /\b[a-z][a-z\d]*(?:_[a-z\d]+)+\b|\b[a-z]+\.[a-z]+(?:[._][a-z]+)+\b/],
    ['a code', /\b[a-z]+[A-Z]\w*\b/],
    ['a message without a text', /\{\w+\}/],
  ];
  const inChinese: [what: string, pattern: RegExp][] = [
    [
      'half-width punctuation',
      /\p{Script=Han}\s*[,;:!?()]|[,;:!?()]\s*\p{Script=Han}|\p{Script=Han}\.(?!\d)/u,
    ],
    ['an English word', /[A-Za-z]{3,}/],
  ];
  const inEnglish: [what: string, pattern: RegExp][] = [
    ['a Chinese word', /\p{Script=Han}+/u],
    ['full-width punctuation', /[，。；：！？（）、《》]/],
  ];

  const isShown = (element: Element) => element.checkVisibility({ visibilityProperty: true });
  const identifiers = new RegExp(
    [
      '\\b[a-z]+_(?:[0-9a-z]{26}\\b|…)|…[0-9a-z]{8}\\b', // numbers of rows, whole and shortened
      'sk-\\S+', // keys
      '\\b(?=[A-Z_]*\\d)(?=[\\d_]*[A-Z])[A-Z\\d_]{6,}\\b', // numbers of payments and companies
      '[\\w.+-]+@[\\w.-]+|https?://\\S+|/[\\w.-][\\w./-]*', // addresses
      'Mozilla/.*', // browsers
      '\\bp[a-z]{12}\\b', // persons of the tests
    ].join('|'),
    'g',
  );
  const judge = (text: string, element: Element, place: string) => {
    const isChinese = element.closest('[lang]')?.getAttribute('lang')?.startsWith('zh') ?? false;
    const names = isChinese ? [...written, ...latin] : written;
    const rest = names.reduce((left, name) => left.replaceAll(name, ' '), text.replaceAll(identifiers, ' '));
    for (const [what, pattern] of [...everywhere, ...(isChinese ? inChinese : inEnglish)]) {
      const match = pattern.exec(rest);
      if (match === null) continue;
      found.push(`${what}, “${match[0]}”, in ${place}: ${text.trim().slice(0, 90)}`);
      return;
    }
  };

  // What React writes piece by piece is read as one.
  const runsOf = (element: Element) => {
    const runs = [''];
    for (const node of element.childNodes) {
      if (node.nodeType === Node.TEXT_NODE) runs.push((runs.pop() ?? '') + (node.textContent ?? ''));
      else runs.push('');
    }
    return runs;
  };
  for (const element of document.querySelectorAll('body, body *')) {
    if (element.closest('code, pre, script, style, textarea') !== null || !isShown(element)) continue;
    for (const text of runsOf(element))
      if (text.trim() !== '') judge(text, element, element.tagName.toLowerCase());
  }
  for (const name of ['aria-label', 'placeholder', 'alt', 'title']) {
    for (const element of document.querySelectorAll(`[${name}]`)) {
      if (isShown(element))
        judge(element.getAttribute(name) ?? '', element, `${name} of ${element.tagName.toLowerCase()}`);
    }
  }
  judge(document.title, document.documentElement, 'title');
  return [...new Set(found)];
}

/** What is careless on this page, as it is shown now. */
export function carelessWordsOn(page: Page, written: readonly string[]): Promise<string[]> {
  return page.evaluate(carelessWords, { written, latin: latinInChinese });
}
