/** Words that are written in Latin letters in Chinese too: names, standards and units. */
export const properNames = [
  'Candor',
  'API',
  'SDK',
  'CSV',
  'JSON',
  'JWS',
  'ID',
  'URL',
  'IP',
  'UTC',
  'token',
  'tokens',
  'OpenAI',
  'Chromium',
  'Chrome',
  'Linux',
  'English',
  'SHA',
  'KMS',
  'ICP',
];

/**
 * What a person would read on this page and not understand: codes, hashes, machine times, micro-yuan, the other
 * language. Runs in the page, so it stands on its own. `names` may be read on it as they stand.
 */
export function carelessWords({ lang, names }: { lang: string; names: readonly string[] }): string[] {
  const found: string[] = [];
  const isShown = (element: Element) => element.checkVisibility({ visibilityProperty: true });
  const forMachines = 'code, pre, script, style, [lang], textarea';
  const isForMachines = (element: Element) =>
    element.closest(forMachines) !== null && element.closest(forMachines) !== document.documentElement;

  const rules: [what: string, pattern: RegExp][] = [
    ['a hash', /\b[0-9a-f]{32,}\b/],
    ['a machine instant', /\d{4}-\d\d-\d\dT\d\d:\d\d/],
    ['a value without words', /\b(?:undefined|null|NaN|Infinity)\b|\[object /],
    ['micro-yuan', /[¥￥]\s*-?\d{6,}(?![\d,.])|\b\d{6,}\s*(?:micro|微)/],
    ['a code', /\b[a-z][a-z\d]*(?:_[a-z\d]+)+\b|\b[a-z]+(?:-[a-z]+)+\b|\b[a-z]+(?:\.[a-z][a-z_]*)+\b/],
    ['a code', /\b[a-z]+[A-Z][A-Za-z]*\b/],
    ['a message without a text', /\{\w+\}|\b[a-z]+\.[a-z]+\.[a-zA-Z]+\b/],
  ];
  if (lang === 'zh-CN')
    rules.push(
      [
        'half-width punctuation',
        /\p{Script=Han}\s*[,;:!?()]|[,;:!?()]\s*\p{Script=Han}|\p{Script=Han}\.(?!\d)/u,
      ],
      ['an English word', /[A-Za-z]{3,}/],
    );
  else rules.push(['a Chinese word', /\p{Script=Han}+/u]);

  const withoutNames = (text: string) =>
    names
      .reduce((rest, name) => rest.replaceAll(name, ' '), text)
      .replaceAll(/[\w.+-]+@[\w.-]+/g, ' ')
      .replaceAll(/https?:\/\/\S+/g, ' ');
  const judge = (text: string, place: string, allowed: RegExp | null) => {
    const rest = withoutNames(allowed === null ? text : text.replaceAll(allowed, ' '));
    for (const [what, pattern] of rules) {
      const match = pattern.exec(rest);
      if (match !== null) found.push(`${what}, “${match[0]}”, in ${place}: ${text.trim().slice(0, 90)}`);
    }
  };

  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const { parentElement: element, textContent } = node;
    const text = textContent ?? '';
    if (element === null || text.trim() === '' || isForMachines(element) || !isShown(element)) continue;
    // What is set in the fixed-width face is an identifier: that of a row, never the name of a state.
    const isIdentifier = element.closest('.mono') !== null;
    judge(text, element.tagName.toLowerCase(), isIdentifier ? /\b[a-z]+_[0-9a-z]{26}\b|…[0-9a-z]+/g : null);
  }
  for (const element of document.querySelectorAll('[aria-label], [placeholder], [alt]')) {
    if (!isShown(element) || isForMachines(element)) continue;
    for (const name of ['aria-label', 'placeholder', 'alt'])
      judge(element.getAttribute(name) ?? '', `${name} of ${element.tagName.toLowerCase()}`, null);
  }
  judge(document.title, 'title', null);
  return [...new Set(found)];
}
