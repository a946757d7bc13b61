import { expect, test } from 'vitest';
import { csvLine, csvOfPages } from './csv.ts';

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

test('a long list is read page by page, the next one when the last was taken', async () => {
  const pages = 40;
  let read = 0;
  const lines = csvOfPages({
    header: ['n'],
    readPage: async ({ limit }) => {
      read += 1;
      return {
        items: Array.from({ length: limit }, () => read),
        nextCursor: read === pages ? null : String(read),
      };
    },
    cells: (n) => [{ number: String(n) }],
  });
  expect((await lines.next()).value).toBe('\uFEFFn\r\n');
  expect(read).toBe(0);
  await lines.next();
  expect(read).toBe(1);
  let rows = 2000;
  for await (const page of lines) rows += page.split('\r\n').length - 1;
  expect(rows).toBe(pages * 2000);
});
