import { expect, test } from 'vitest';
import { messages as en } from '../../app/messages-en.ts';
import { messages as zh } from '../../app/messages-zh.ts';
import { problemPages, spansOf } from './problem-pages.ts';

const documents: Readonly<Record<string, string>> = import.meta.glob('../../../../docs/problems/*.md', {
  query: '?raw',
  import: 'default',
  eager: true,
});
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
    for (const { problems, problemPages: words } of [zh, en]) {
      const texts: Readonly<Record<string, Readonly<Record<string, string>>>> = problems;
      expect(texts[group]?.[name], code).toEqual(expect.any(String));
      expect(Object.keys(words.groups), code).toContain(group);
    }
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
