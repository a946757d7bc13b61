import { createTranslator } from 'use-intl/core';
import { expect, test } from 'vitest';

const files = import.meta.glob<Record<string, unknown>>('../../**/*.en.ts', { eager: true });
/** What may follow one of something and ends like several. */
const noNouns = ['agrees', 'goes', 'has', 'is', 'keeps', 'less', 'this', 'was'];

test('one of anything is called by its singular, several by their plural', () => {
  const texts = Object.entries(files).flatMap(([path, exports]) => textsIn(exports, path));
  expect(texts.length).toBeGreaterThan(1_000);
  const wrong = texts.filter(({ text }) => {
    const plurals = [...filled(text, 1).matchAll(/(?<![\d.,])1 (?!to )(?:\w+ ){0,2}?(\w+s)\b/g)];
    return plurals.some(([, word = '']) => !noNouns.includes(word));
  });
  expect(wrong).toEqual([]);
});

interface Text {
  readonly path: string;
  readonly text: string;
}

function textsIn(value: unknown, path: string): Text[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => textsIn(inner, `${path} ${name}`));
}

/** Every place holds the same number; a tag is read through. */
function filled(text: string, count: number): string {
  const places = [...text.matchAll(/\{(\w+)[,}]/g)].map(([, name = '']) => [name, count] as const);
  const tags = [...text.matchAll(/<(\w+)>/g)].map(
    ([, name = '']) => [name, (inner: string) => inner] as const,
  );
  const { markup } = createTranslator({ locale: 'en', messages: { text } });
  return markup('text', Object.fromEntries([...places, ...tags]) as never);
}
