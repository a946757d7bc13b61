import { expect, test } from 'vitest';
import { findWords } from './find-words.mjs';

const words = [
  { pattern: 'nobody', instead: 'name the role' },
  { pattern: 'by itself', instead: 'automatically' },
];

test('a word of the list is found with its line and what to write, in prose and at the end of a text', () => {
  expect(findWords("// Nobody asks.\nconst hint = 'It goes by itself.';", words)).toEqual([
    { line: 1, word: 'Nobody', instead: 'name the role' },
    { line: 2, word: 'by itself', instead: 'automatically' },
  ]);
});

test('a name in quotes, a property and a longer word are no prose', () => {
  expect(findWords("t('nobody', row.nobody, nobodyElse); // nobody's", words)).toEqual([
    { line: 1, word: 'nobody', instead: 'name the role' },
  ]);
});
