import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hasUnseen, normalIdentifier, shownLine } from './normal-form.ts';

test('full-width, lower case, spaces and what cannot be seen make no other identifier', () => {
  for (const written of [
    'AB12-7',
    'ab12-7',
    'ＡＢ１２－７',
    'AB\u200b12-7',
    ' AB 12-7\u00a0',
    '\u202eAB12-7',
    'AB12\ufe0f-7',
    'A\u00adB12-7',
    'AB\u316412-7',
    'AB12-7\u2800',
  ])
    expect(normalIdentifier(written)).toBe('AB12-7');
});

test('the normal form of a normal form is itself, and nothing unseen is in it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 64 }), (text) => {
      const normal = normalIdentifier(text);
      expect(normalIdentifier(normal)).toBe(normal);
      expect(normal).not.toMatch(/[\p{Cf}\p{Cc}\p{Z}\s]/u);
    }),
    { numRuns: 2000 },
  );
});

test('every code point that Unicode lets a font leave out is unseen, and no letter, digit or sign that draws is', () => {
  for (let point = 0; point <= 0x10ffff; point += 1) {
    const character = String.fromCodePoint(point);
    if (/\p{Default_Ignorable_Code_Point}/u.test(character))
      expect([point, hasUnseen(character), normalIdentifier(character)]).toEqual([point, true, '']);
  }
  for (const character of ['\u2800', '\u{1d159}', '\u{13441}', '\u{13442}', '\u{16fe4}', '\u00a0', '\n'])
    expect(hasUnseen(character)).toBe(true);
  expect(hasUnseen('aß9._張三ー한🙂')).toBe(false);
});

test('a line that people read loses what draws nothing, keeps its words, and emoji and scripts that need joiners', () => {
  const shown = {
    'Zhang\u3164': 'Zhang',
    '\u3164\uffa0\u115f\u1160\u2800': '',
    '  Zhang \t\n San\u00a0': 'Zhang San',
    '\u202eAda\u200b\u200d': 'Ada',
    'a\u200db': 'ab',
  };
  for (const [text, line] of Object.entries(shown)) expect(shownLine(text)).toBe(line);
  for (const line of ['张三', 'Ada Lovelace', '👩\u200d🚀', '❤\ufe0f', 'می\u200cخواهم', 'ᠮᠣᠩ\u180bᠭᠣᠯ'])
    expect(shownLine(line)).toBe(line);
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 64 }), (text) => {
      expect(shownLine(shownLine(text))).toBe(shownLine(text));
    }),
  );
});
