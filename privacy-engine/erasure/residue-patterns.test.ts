import { expect, test } from 'vitest';
import { findsResidue, type Identifier, residuePatterns } from './residue-patterns.ts';

const name = (value: string): Identifier => ({ value, kind: 'name' });
const sure = (value: string): Identifier => ({ value, kind: 'unmistakable' });

test('a name is looked for as a word of its own, an unmistakable value anywhere, neither by its case', () => {
  expect(findsResidue([name('Ann')], 'Dear ANN, welcome')).toBe(true);
  expect(findsResidue([name('Ann')], 'ann')).toBe(true);
  expect(findsResidue([name('Ann')], 'Hannover and Annex')).toBe(false);
  expect(findsResidue([sure('Ann@Example.com')], 'mailto:ann@example.com?subject')).toBe(true);
  expect(findsResidue([sure('key_4711')], 'xkey_4711x')).toBe(true);
  expect(findsResidue([name('bob'), name('Ann')], 'for Ann')).toBe(true);
  expect(findsResidue([], 'Ann')).toBe(false);
});

test('a Chinese name is looked for anywhere, because no spaces surround it', () => {
  expect(findsResidue([name('王小红')], '客户王小红的订单')).toBe(true);
  expect(findsResidue([name('王小红')], '客户王小明的订单')).toBe(false);
});

test('what has fewer than three letters would be found in anything, so it is not looked for', () => {
  for (const value of ['ab', ' ab ', '  '])
    expect([findsResidue([sure(value)], `x ${value} x`), residuePatterns([sure(value)])]).toEqual([
      false,
      { anywhere: [], words: null },
    ]);
  expect(findsResidue([name(' abc ')], 'x abc x')).toBe(true);
});

test('a telephone number is looked for without its country, and what JSON escapes as it escapes it', () => {
  expect(findsResidue([sure('+8613800138000')], 'call 138 or 13800138000')).toBe(true);
  expect(residuePatterns([sure('+8613800138000')]).anywhere).toEqual(['%13800138000%', '%+8613800138000%']);
  expect(findsResidue([sure('+4915112345678')], 'call 15112345678')).toBe(false);
  expect(findsResidue([sure('say "hi"')], JSON.stringify({ words: 'say "hi"' }))).toBe(true);
  expect(findsResidue([name('红')], '红')).toBe(false);
  expect(findsResidue([name('王小红')], String.raw`{"name":"\u738b\u5c0f\u7ea2"}`)).toBe(true);
  expect(findsResidue([sure('aé1')], String.raw`a\u00e91`)).toBe(true);
});

test('signs that mean something to PostgreSQL stand for themselves', () => {
  expect(residuePatterns([sure(String.raw`50%_a\b`)]).anywhere).toContain(String.raw`%50\%\_a\\b%`);
  expect(residuePatterns([name('A. (B)'), name('Cid')]).words).toBe(
    String.raw`(^|[^[:alnum:]])(A\. \(B\)|Cid)($|[^[:alnum:]])`,
  );
  expect(findsResidue([name('a.b')], 'axb')).toBe(false);
});

test('names in Latin letters are words, all else is looked for anywhere, each once', () => {
  expect(residuePatterns([name('Annie'), name('红红红'), sure('ANN@x.cn'), sure('ann@x.cn')])).toEqual({
    anywhere: ['%红红红%', String.raw`%\\u7ea2\\u7ea2\\u7ea2%`, '%ann@x.cn%'],
    words: '(^|[^[:alnum:]])(Annie)($|[^[:alnum:]])',
  });
});
