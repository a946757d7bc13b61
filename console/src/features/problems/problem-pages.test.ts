import { expect, test } from 'vitest';
import { problemPagesEn } from './messages.en.ts';
import { problemPagesZh } from './messages.zh.ts';
import { problemPages, spansOf } from './problem-pages.ts';

const documents: Readonly<Record<string, string>> = import.meta.glob(
  ['../../../../docs/problems/*.md', '../../../../server/modules/*/problems/*.md'],
  { query: '?raw', import: 'default', eager: true },
);
type Words = Readonly<Record<string, Readonly<Record<string, string>>>>;
const wordFiles: Readonly<Record<string, Readonly<Record<string, Words>>>> = import.meta.glob(
  ['../*/problems.*.ts', '../../shared/i18n/problems.*.ts'],
  { eager: true },
);

/** The words of the problems of all modules, in one language. */
function wordsOf(language: string): Words {
  const files = Object.entries(wordFiles).filter(([path]) => path.endsWith(`.${language}.ts`));
  return Object.assign({}, ...files.flatMap(([, exported]) => Object.values(exported))) as Words;
}

const bodies = new Map(
  Object.entries(documents).flatMap(([path, text]) => {
    const name = path.split('/').at(-1) ?? '';
    return name === 'README.md' ? [] : [[name.replace(/\.md$/, ''), text] as const];
  }),
);

test('every error code has its page, with words in both languages and nothing left out', () => {
  expect(bodies.size).toBeGreaterThan(50);
  expect([...problemPages.keys()].toSorted()).toEqual([...bodies.keys()].toSorted());
  for (const [code, { paragraphs }] of problemPages) {
    const [group = '', name = ''] = code.split('.');
    for (const language of ['zh', 'en'])
      expect(wordsOf(language)[group]?.[name], code).toEqual(expect.any(String));
    for (const { groups } of [problemPagesZh, problemPagesEn])
      expect(Object.keys(groups), code).toContain(group);
    const [, ...body] = (bodies.get(code) ?? '').split('\n');
    expect(paragraphs.join(''), code).toBe(body.join('').replace(/\*\*\d+\*\* /, ''));
    for (const paragraph of paragraphs) {
      expect(paragraph, `${code}: these pages have text, code and links`).not.toMatch(/^[-#|>]|\*\*/);
      for (const span of spansOf(paragraph))
        if (span.kind === 'link' && span.href.startsWith('/problems/'))
          expect([...problemPages.keys()], code).toContain(span.href.slice('/problems/'.length));
    }
  }
});

test('code and links of a page are told apart from its text', () => {
  expect(spansOf('Run `a b`; see [`x.y`](x.y.md) or [openapi.json](../openapi.json).')).toEqual([
    { kind: 'text', text: 'Run ' },
    { kind: 'code', text: 'a b' },
    { kind: 'text', text: '; see ' },
    { kind: 'link', text: 'x.y', href: '/problems/x.y' },
    { kind: 'text', text: ' or ' },
    { kind: 'link', text: 'openapi.json', href: '/api/openapi.json' },
    { kind: 'text', text: '.' },
  ]);
});
