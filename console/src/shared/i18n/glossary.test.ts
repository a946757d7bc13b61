import { expect, test } from 'vitest';

/** Words of the glossary that mean one thing only, with their forms in a sentence and the words not to use for them. */
const checked: { term: string; en: RegExp; zh: RegExp; notEn?: RegExp; notZh?: RegExp; isOneWay?: true }[] = [
  {
    term: 'API key',
    en: /\bAPI keys?\b/i,
    zh: /API 密钥/,
    notEn: /\bAPI tokens?\b/i,
    notZh: /API 钥匙|API Key/,
  },
  { term: 'wallet', en: /\bwallets?\b/i, zh: /钱包/ },
  // 余额 is also what English calls available or money; books that balance are 平衡.
  { term: 'balance', en: /\bbalances?\b/i, zh: /余额|平衡/, isOneWay: true },
  {
    term: 'top-up',
    en: /\btop(?:ped|ping)?[ -]?ups?\b/i,
    zh: /充值/,
    notEn: /\brecharges?\b/i,
    notZh: /储值|充钱/,
  },
  { term: 'bank transfer', en: /\bbank transfers?\b/i, zh: /对公转账/, notZh: /银行转账/ },
  { term: 'serial number', en: /\bserials?\b/i, zh: /流水号/ },
  { term: 'debt', en: /\bdebts?\b|\bowed?\b/i, zh: /欠费/, notZh: /欠款|债务/ },
  { term: 'transactions', en: /\btransactions\b/i, zh: /收支明细/ },
  { term: 'ledger', en: /\bledger\b/i, zh: /账本/ },
  { term: 'bill', en: /\bbills?\b/i, zh: /账单/ },
  { term: 'list price', en: /\blist price\b/i, zh: /原价/ },
  { term: 'upstream', en: /\bupstreams?\b/i, zh: /上游/ },
  { term: 'gateway', en: /\bgateway\b/i, zh: /网关/ },
  { term: 'model catalogue', en: /\bcatalogue\b/i, zh: /模型广场/, notEn: /\bcatalog\b/i },
  { term: 'playground', en: /\bplayground\b(?!”)/i, zh: /对话体验/, notZh: /演练场|游乐场/ },
  { term: 'outbox', en: /\boutbox\b/i, zh: /发件箱/ },
  { term: 'purpose', en: /\bpurposes?\b/i, zh: /目的/, notZh: /用途/ },
  { term: 'collection list', en: /\bcollection list\b/i, zh: /收集清单/ },
  { term: 'retention', en: /\bretention\b/i, zh: /保存期限/ },
  { term: 'legal hold', en: /\blegal holds?\b/i, zh: /法定留存/ },
  { term: 'access log', en: /\baccess log\b/i, zh: /访问日志/ },
];

interface Text {
  readonly key: string;
  readonly en: string;
  readonly zh: string;
}

const pages = import.meta.glob<string>('../../../../docs/guide/*/glossary.md', {
  eager: true,
  query: '?raw',
  import: 'default',
});

const files = {
  ...import.meta.glob<Record<string, unknown>>('../../features/**/*{messages,problems}.{en,zh}.ts', {
    eager: true,
  }),
  ...import.meta.glob<Record<string, unknown>>('./*.{en,zh}.ts', { eager: true }),
};

test('the glossary has the same pairs of words in both languages, and every checked one', () => {
  const pairs = pairsIn('en').map(([en, zh]) => [zh, en]);
  expect(pairsIn('zh')).toEqual(pairs);
  expect(pairs.map(([, en]) => en)).toEqual(expect.arrayContaining(checked.map(({ term }) => term)));
  for (const { term, en, zh } of checked) {
    const [word] = pairs.find((pair) => pair[1] === term) ?? [];
    expect(word, term).toMatch(zh);
    expect(term).toMatch(en);
  }
});

test('where a text uses a word of the glossary, the other language uses its counterpart', () => {
  const texts = allTexts();
  expect(texts.length).toBeGreaterThan(1_000);
  const deviations = checked.flatMap(({ term, en, zh, isOneWay = false }) =>
    texts
      .filter((text) => (en.test(text.en) ? !zh.test(text.zh) : !isOneWay && zh.test(text.zh)))
      .map(({ key, ...text }) => `${term}: ${key}: ${text.en} | ${text.zh}`),
  );
  expect(deviations).toEqual([]);
});

test('no text uses a synonym that the glossary rules out', () => {
  const texts = allTexts();
  const synonyms = checked.flatMap(({ term, notEn, notZh }) =>
    texts
      .filter((text) => notEn?.test(text.en) === true || notZh?.test(text.zh) === true)
      .map(({ key, ...text }) => `${term}: ${key}: ${text.en} | ${text.zh}`),
  );
  expect(synonyms).toEqual([]);
});

function pairsIn(language: 'en' | 'zh'): string[][] {
  const page = Object.entries(pages).find(([path]) => path.includes(`/${language}/`))?.[1] ?? '';
  return page
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(1)
    .map((line) =>
      line
        .split('|')
        .slice(1, 3)
        .map((cell) => cell.trim()),
    );
}

/** Names in braces are filled in later and are no words. */
function allTexts(): Text[] {
  const english = new Map<string, string>();
  const chinese = new Map<string, string>();
  for (const [path, exports] of Object.entries(files)) {
    const texts = path.endsWith('.en.ts') ? english : chinese;
    for (const value of Object.values(exports)) collect(value, path.replace(/\.(en|zh)\.ts$/, ''), texts);
  }
  return [...english].map(([key, en]) => ({ key, en, zh: chinese.get(key) ?? '' }));
}

function collect(value: unknown, key: string, texts: Map<string, string>): void {
  if (typeof value === 'string') texts.set(key, value.replaceAll(/\{\w+\}/g, ''));
  else if (typeof value === 'object' && value !== null)
    for (const [name, inner] of Object.entries(value)) collect(inner, `${key}.${name}`, texts);
}
