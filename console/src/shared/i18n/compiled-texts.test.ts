import { _createCache, _createIntlFormatters, createTranslator } from 'use-intl/core';
import formatCompiled from 'use-intl/format-message/format-only';
import { expect, test } from 'vitest';
import { compileTexts } from '../../../build/compile-texts.ts';

type Compiled = Parameters<typeof formatCompiled>[1];
type Values = Record<string, string | number | ((parts: unknown) => string)>;

const files = import.meta.glob<Record<string, unknown>>('../../**/*.{en,zh}.ts', { eager: true });
const head = 'export const texts = ';
const cache = _createCache();
const formatters = _createIntlFormatters(cache);

test('a text that was compiled reads like the one that was written, whatever is filled in', () => {
  let compiledCount = 0;
  for (const [path, exports] of Object.entries(files)) {
    const locale = path.endsWith('.zh.ts') ? 'zh-CN' : 'en';
    for (const text of textsIn(exports)) {
      const compiled = compileText(text);
      if (typeof compiled !== 'string') compiledCount += 1;
      const written = createTranslator({ locale, messages: { text } });
      for (const count of typeof compiled === 'string' ? [0] : [0, 1, 2, 1234]) {
        const values = valuesFor(compiled, count);
        const options = { cache, formatters, locale };
        expect(formatCompiled('text', compiled, values, options), path).toBe(
          written.markup('text', values as never),
        );
      }
    }
  }
  expect(compiledCount).toBeGreaterThan(300);
});

test('a file of texts that holds anything else is refused', () => {
  expect(() => compileTexts(`${head}{ text: one + two }`)).toThrow('strings in objects');
  expect(compileTexts(`${head}{ ...others, text: '{name}', group } satisfies Texts;`)).toBe(
    `${head}{ ...others, text: [["name"]], group } satisfies Texts;`,
  );
});

function compileText(text: string): Compiled {
  const source = compileTexts(head + JSON.stringify({ text }));
  return (JSON.parse(source.slice(head.length)) as { text: Compiled }).text;
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** Something for every place: a name stands for a value, a name and a number for a choice, else it is a tag. */
function valuesFor(parts: unknown, count: number): Values {
  if (!Array.isArray(parts)) return {};
  return Object.assign(
    {},
    ...parts.map((part) => (Array.isArray(part) ? valuesOf(part, count) : {})),
  ) as Values;
}

function valuesOf([name, kind, ...rest]: readonly unknown[], count: number): Values {
  const key = String(name);
  if (kind === undefined) return { [key]: `‹${key}›` };
  if (typeof kind !== 'number')
    return { ...valuesFor([kind, ...rest], count), [key]: (inner) => `<${String(inner)}>` };
  const branches = Object.entries(rest[0] ?? {});
  const inner = Object.assign({}, ...branches.map(([, branch]) => valuesFor(branch, count))) as Values;
  const isSelect = kind === 1;
  return { ...inner, [key]: isSelect ? (branches[count % branches.length]?.[0] ?? '') : count };
}
