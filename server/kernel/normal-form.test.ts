import fc from 'fast-check';
import { expect, test } from 'vitest';
import { normalIdentifier } from './normal-form.ts';

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
