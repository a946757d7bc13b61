import { bigint, index, text } from 'drizzle-orm/pg-core';
import { expect, test } from 'vitest';
import { buildRegistry } from '../registry.ts';
import { completeDatum, createShop } from '../testing/shop.ts';
import { csvLine } from './csv.ts';
import { describeExport, describeRecipients, type ExportColumn } from './describe-export.ts';
import type { ExportInput, ExportRow } from './export-rows.ts';
import { rowSchema } from './export-schema.ts';
import { exportValue } from './export-value.ts';
import { escapeHtml, readablePage } from './readable-page.ts';

const registry = buildRegistry(createShop().privacy);

/** The page about the customers of a shop, with columns and rows of a test. */
async function pageOf(
  columns: readonly Partial<ExportColumn>[],
  rows: readonly ExportRow[],
  language: 'zh' | 'en' = 'en',
  batchSize = rows.length,
): Promise<string> {
  const [table] = describeExport(registry, language);
  const [first] = table?.columns ?? [];
  if (table === undefined || first === undefined) throw new Error('the shop declares nothing');
  const tables = [
    { ...table, columns: columns.map((column, at) => ({ ...first, name: `c${at}`, ...column })) },
  ];
  const input: ExportInput = {
    head: {
      serviceName: 'Shop',
      generatedAt: new Date('2026-11-02T03:20:00Z'),
      subject: 'user_1',
      language,
      policy: { version: 'strict-1', registryHash: registry.hash },
      clock: { name: 'UTC', textOf: (instant) => instant.toISOString().slice(0, 16) },
    },
    tables,
    recipients: describeRecipients(registry, describeExport(registry, language), language),
    readRows: async function* () {
      for (let from = 0; from < rows.length; from += batchSize) {
        // What is not shown is not read.
        expect(from).toBeLessThanOrEqual(50);
        yield rows.slice(from, from + batchSize);
      }
    },
    files: [{ name: 'receipts/one.jws', title: 'A receipt', content: async function* () {} }],
  };
  let page = '';
  for await (const part of readablePage(input)) page += part;
  return page;
}

/** The cells of the table with the rows, line by line. */
const cellsOf = (page: string) =>
  [...(page.split('</details>')[1]?.split('</table>')[0] ?? '').matchAll(/<tr>(.*?)<\/tr>/g)].map(
    ([, line = '']) => [...line.matchAll(/<t[dh]>(.*?)<\/t[dh]>/g)].map(([, cell]) => cell),
  );

test('the page says of each datum where it comes from, why, until when and who receives it', async () => {
  const withheld = { given: 'no', reason: 'It is a secret', title: 'Password' } as const;
  const page = await pageOf([{}, { ...withheld }, { given: 'masked', title: 'Card', recipients: [] }], []);
  const facts = page.split('<details>')[1]?.split('</details>')[0];
  const common =
    '<td>Provided by the user</td><td>To fulfil orders</td><td>Necessary for the contract (PIPL 13(1)(2))</td><td>90 days after the record is made (at least 30 days by Some Law 7)</td>';
  expect(facts).toBe(
    `<summary>Source, purposes, basis, retention and recipients</summary><div><table><thead><tr><th>Datum</th><th>Source</th><th>Purposes</th><th>Legal basis</th><th>Retention</th><th>Recipients</th></tr></thead><tbody>
<tr><td>Postal address</td>${common}<td>Courier</td></tr>
<tr><td>Password (not given: It is a secret)</td>${common}<td>Courier</td></tr>
<tr><td>Card (masked)</td>${common}<td></td></tr></tbody></table></div>\n`,
  );
  expect(page).toContain('<p>No records.</p>');
  expect(page).toContain(
    '<tr><td>Courier</td><td>entrusted</td><td>CN</td><td>shop.customers.postal_address</td></tr>',
  );
  expect(page).toContain('<h2>Other files</h2>\n<ul><li><a href="receipts/one.jws">A receipt</a></li></ul>');
  expect(page).toContain('<h2>Recipients</h2>\n<div><table><thead><tr><th>Recipient</th>');
  expect(await pageOf([{ name: 'postal_address' }], [])).toContain('<td>CN</td><td>Postal address</td>');
});

test('the page is in the language of the person', async () => {
  const page = await pageOf([{ given: 'no', reason: '秘密' }], [], 'zh');
  expect(page).toContain('<html lang="zh-CN">');
  expect(page).toContain('<td>收货地址（不提供：秘密）</td><td>由用户提供</td><td>处理订单</td>');
  expect(page).toContain('<td>快递公司</td><td>受托处理</td>');
  expect(await pageOf([], [])).toContain('<html lang="en">');
});

test('a table of which nothing is given shows its facts and no rows', async () => {
  const page = await pageOf([{ given: 'no', reason: 'a secret' }], [{ id: 'r1', c0: 'value' }]);
  expect(page).not.toMatch(/value|\.csv|No records/);
});

test('values stand in the page as people read them', async () => {
  const money = { valueType: 'bigint', isMicroYuan: true } as const;
  const page = await pageOf(
    [
      { title: 'Text' },
      { title: 'Paid', valueType: 'boolean' },
      { title: 'At', valueType: 'instant' },
      { title: 'Sum', ...money },
      { title: 'State', words: { cash: 'Cash', 'card:gold': 'Gold card' } },
      { title: 'List', valueType: 'json', words: { a: 'First' } },
      { title: 'Card', given: 'masked' },
    ],
    [
      {
        id: 'r1',
        c0: 'plain',
        c1: true,
        c2: new Date('2026-11-02T03:20:00Z'),
        c3: 1_230_000n,
        c4: 'cash:tenant_1',
        c5: ['a', 'b', 1, null, false],
        c6: '622202020011',
      },
      { id: 'r2', c0: null, c1: false, c2: null, c3: -5n, c4: 'card:gold', c5: [{ a: 1 }], c6: null },
      {
        id: 'r3',
        c0: 'x',
        c1: null,
        c2: null,
        c3: 12_345_678_900_000n,
        c4: 'other:x',
        c5: { a: [1] },
        c6: 'short',
      },
    ],
  );
  expect(cellsOf(page)).toEqual([
    ['Row', 'Text', 'Paid', 'At', 'Sum', 'State', 'List', 'Card'],
    ['r1', 'plain', 'yes', '2026-11-02T03:20', '¥1.23', 'Cash', 'First · b · 1 ·  · no', '********0011'],
    ['r2', '', 'no', '', '-¥0.000005', 'Gold card', '[{&quot;a&quot;:1}]', ''],
    ['r3', 'x', '', '', '¥12345678.90', 'other:x', '{&quot;a&quot;:[1]}', '****t'],
  ]);
});

test('a list that holds more than single values is shown as JSON', async () => {
  const page = await pageOf([{ valueType: 'json' }], [{ id: 'r1', c0: ['a', { b: 1 }] }]);
  expect(cellsOf(page)[1]).toEqual(['r1', '[&quot;a&quot;,{&quot;b&quot;:1}]']);
});

test('a row that is named by a given column is not named twice', async () => {
  const page = await pageOf([{ name: 'id', title: 'Number' }, { title: 'Note' }], [{ id: 'r1', c1: 'x' }]);
  expect(cellsOf(page)).toEqual([
    ['Number', 'Note'],
    ['r1', 'x'],
  ]);
});

test('a list of sums is a list of yuan', async () => {
  const page = await pageOf(
    [{ valueType: 'json', isMicroYuan: true }],
    [{ id: 'r1', c0: ['1000000', '2500000'] }],
  );
  expect(cellsOf(page)[1]).toEqual(['r1', '¥1.00 · ¥2.50']);
});

test('fifty rows are shown, and whether there are more; a long text is cut between characters', async () => {
  const rowsUpTo = (count: number) => Array.from({ length: count }, (_, at) => ({ id: `r${at}`, c0: 'x' }));
  for (const [count, batchSize] of [
    [50, 50],
    [51, 51],
    [60, 50],
    [120, 30],
  ] as const) {
    const page = await pageOf([{}], rowsUpTo(count), 'en', batchSize);
    expect(cellsOf(page)).toHaveLength(51);
    expect(page.includes('Only the newest are shown here'), String(count)).toBe(count > 50);
    expect(page).toContain('<a href="tables/shop.customers.csv">tables/shop.customers.csv</a>');
  }
  const of = async (value: string) => cellsOf(await pageOf([{}], [{ id: 'r1', c0: value }]))[1]?.[1];
  expect(await of('a'.repeat(300))).toBe('a'.repeat(300));
  expect(await of('a'.repeat(301))).toBe(`${'a'.repeat(300)}…`);
  expect(await of('🀄'.repeat(300))).toBe('🀄'.repeat(300));
  expect(await of('🀄'.repeat(301))).toBe(`${'🀄'.repeat(300)}…`);
});

test('signs of HTML are text', () => {
  expect(escapeHtml(`<a href="x">&'</a>`)).toBe('&lt;a href=&quot;x&quot;&gt;&amp;&#39;&lt;/a&gt;');
});

test('what a person is shown of a datum is what was declared', () => {
  const { privacy, schema } = createShop();
  const datum = { ...completeDatum, subject: 'ownerId', title: { zh: '卡', en: 'Card' } } as const;
  privacy.privacyTable(
    schema,
    'cards',
    {
      id: privacy.plain(text().primaryKey(), 'random identifier'),
      ownerId: privacy.plain(text(), 'random identifier'),
      number: privacy.personal(text(), {
        ...datum,
        category: 'financial-account',
        sensitive: true,
        export: { no: { zh: '是秘密', en: 'It is a secret' } },
      }),
      kind: privacy.personal(text({ enum: ['gold'] }), {
        ...datum,
        words: { gold: { zh: '金卡', en: 'Gold card' } },
      }),
      limitMicros: privacy.personal(bigint({ mode: 'bigint' }), datum),
      noteMicros: privacy.personal(text(), datum),
      count: privacy.personal(bigint({ mode: 'bigint' }), datum),
    },
    {
      tenant: 'ownerId',
      subject: 'ownerId',
      title: { zh: '银行卡', en: 'Cards' },
      rows: 'delete',
      access: { orders: ['select'] },
    },
    (cards) => [index('cards_owner').on(cards.ownerId, cards.id)],
  );
  privacy.privacyTable(
    schema,
    'shelves',
    { id: privacy.plain(text(), 'random identifier') },
    { tenant: { none: 'test' }, rows: { notPersonal: 'test' }, access: {} },
  );
  const whole = buildRegistry(privacy);
  const [cards, table, ...others] = describeExport(whole, 'en');
  expect(others).toEqual([]);
  expect(
    cards?.columns.map(({ name, isSensitive, given, reason, words, isMicroYuan }) => [
      name,
      isSensitive,
      given,
      reason,
      words,
      isMicroYuan,
    ]),
  ).toEqual([
    ['number', true, 'no', 'It is a secret', null, false],
    ['kind', false, 'yes', null, { gold: 'Gold card' }, false],
    ['limit_micros', false, 'yes', null, null, true],
    ['note_micros', false, 'yes', null, null, false],
    ['count', false, 'yes', null, null, false],
  ]);
  expect(describeRecipients(whole, cards === undefined ? [] : [cards], 'en')).toEqual([]);
  expect(table).toMatchObject({ name: 'shop.customers', title: 'Customers' });
  expect(table?.columns).toEqual([
    {
      name: 'postal_address',
      title: 'Postal address',
      category: 'contact',
      isSensitive: false,
      source: 'Provided by the user',
      purposes: ['To fulfil orders'],
      basis: ['Necessary for the contract (PIPL 13(1)(2))'],
      retention: '90 days after the record is made (at least 30 days by Some Law 7)',
      recipients: ['Courier'],
      given: 'yes',
      reason: null,
      valueType: 'text',
      words: null,
      isMicroYuan: false,
      isNullable: false,
    },
  ]);
  expect(table === undefined ? null : rowSchema(table)).toEqual({
    type: 'object',
    additionalProperties: false,
    required: ['id', 'postal_address'],
    properties: {
      id: { type: 'string', title: 'row' },
      postal_address: { title: 'Postal address', description: table?.columns[0]?.retention, type: 'string' },
    },
  });
});

test('a value of each type is written as every reader can read it', () => {
  const written = (valueType: ExportColumn['valueType'], value: Parameters<typeof exportValue>[1]) =>
    exportValue({ valueType, given: 'yes' }, value);
  expect([written('integer', '5'), written('number', 1.5), written('bigint', 2n ** 60n)]).toEqual([
    5,
    1.5,
    '1152921504606846976',
  ]);
  expect([written('boolean', true), written('boolean', false), written('boolean', 'true')]).toEqual([
    true,
    false,
    false,
  ]);
  expect(written('instant', '2026-11-02 11:20:00+08')).toBe('2026-11-02T03:20:00.000Z');
  expect([written('bytes', Buffer.from('hi')), written('bytes', 'hi')]).toEqual(['aGk=', 'hi']);
  expect([
    written('json', [1]),
    written('text', 5),
    written('text', null),
    written('text', undefined),
  ]).toEqual([[1], '5', null, null]);
  expect(csvLine([null, 5, true, '=1', 'say "x"', [1]])).toBe(`,5,true,"'=1","say ""x""","[1]"\r\n`);
});
