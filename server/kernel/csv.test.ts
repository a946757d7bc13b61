import { expect, test } from 'vitest';
import { csvLine } from './csv.ts';

test('a cell that begins like a formula is text to a spreadsheet', () => {
  for (const attack of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1']) {
    expect(csvLine([attack]).replaceAll('"', '').startsWith("'")).toBe(true);
  }
});

test('commas, quotes and line breaks stay inside their cell', () => {
  expect(csvLine(['a,b', 'say "hi"', 'x\ny', null, { number: '-1.50' }])).toBe(
    '"a,b","say ""hi""","x\ny",,-1.50\r\n',
  );
});
