import { expect, test } from 'vitest';
import { csvLine, csvOfPages, jsonLinesOfPages } from './list-files.ts';

test('a cell that begins like a formula is text to a spreadsheet', () => {
  for (const attack of [
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    '\n=1',
    ' =1+1',
    '＝1+1',
    '－1',
    '＠SUM(A1)',
  ]) {
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
    lines: (n) => [[{ number: String(n) }]],
  });
  const first = await lines.next();
  expect(String(first.value).startsWith('\uFEFFn\r\n1\r\n')).toBe(true);
  expect(read).toBe(1);
  let rows = 2000;
  for await (const page of lines) rows += page.split('\r\n').length - 1;
  expect(rows).toBe(pages * 2000);
});

test('a row of JSON lines is one line, whatever its texts hold, and pages follow the client', async () => {
  let read = 0;
  const lines = jsonLinesOfPages(
    async ({ cursor }) => {
      read += 1;
      return { items: [`a\nb ${cursor ?? 'first'}`], nextCursor: read === 3 ? null : String(read) };
    },
    (text) => ({ text }),
  );
  expect((await lines.next()).value).toBe('{"text":"a\\nb first"}\n');
  expect(read).toBe(1);
  const rest: string[] = [];
  for await (const line of lines) rest.push(line);
  expect(rest.map((line) => JSON.parse(line) as unknown)).toEqual([{ text: 'a\nb 1' }, { text: 'a\nb 2' }]);
});
