import { expect, test } from 'vitest';
import { exportOf } from '../testing/export-of.ts';
import { declareTables, type RandomColumn, type RandomTable } from '../testing/random-declarations.ts';
import { readExport } from '../testing/read-export.ts';
import { unguardText } from './csv.ts';
import { describeExport } from './describe-export.ts';
import type { ExportFile } from './export-rows.ts';
import { writeExport } from './write-export.ts';

const yes = { export: 'yes', keyClass: 'core' } as const;
const secret = { export: { no: { zh: '是秘密', en: 'it is a secret' } }, keyClass: 'core' } as const;

test('the files of an archive hold every given value, to the letter, and the reason for every other', async () => {
  const columns: RandomColumn[] = [
    { kind: 'text', ...yes },
    { kind: 'json', ...yes },
    { kind: 'json', ...yes, export: 'masked' },
    { kind: 'text', ...secret },
    { kind: 'bigint', ...yes },
  ];
  const tables: RandomTable[] = [
    {
      columns,
      rows: [
        ['=1', '1', ['12345678901234'], 'hidden', 5n],
        [null, 1, null, 'hidden', null],
        ['c', null, 'x', null, -1n],
      ],
    },
    { columns: [{ kind: 'text', ...secret }], rows: [['hidden']] },
    { columns: [{ kind: 'text', ...yes }], rows: [] },
  ];
  const registry = declareTables(tables);
  const file: ExportFile = {
    name: 'receipts/one.jws',
    title: 'A receipt',
    content: async function* () {
      yield 'eyJ…';
    },
  };
  const { names, files, data } = await readExport(await exportOf(registry, tables, [file]));
  expect(names).toEqual([
    'index.html',
    'data.json',
    'schema.json',
    'tables/random.t0.csv',
    'tables/random.t2.csv',
    'receipts/one.jws',
  ]);
  expect(files.get('tables/random.t0.csv')).toBe(
    '\uFEFF"id","c0","c1","c2","c4"\r\n"row_0","\'=1","""1""","**************34""]","5"\r\n"row_1",,"1",,\r\n"row_2","c",,"****","\'-1"\r\n',
  );
  expect(files.get('tables/random.t2.csv')).toBe('\uFEFF"id","c0"\r\n');
  expect(data).toMatchObject({
    schema: 'schema.json',
    service: 'Shop <b>',
    generatedAt: '2026-11-02T03:20:00.000Z',
    subject: 'user_1',
    language: 'en',
    policy: { version: 'strict-1', registryHash: registry.hash },
    files: [{ name: 'receipts/one.jws', title: 'A receipt' }],
    recipients: [
      { key: 'courier', receives: expect.arrayContaining(['random.t0.c0', 'random.t1.c0']) as string[] },
    ],
  });
  expect(data.tables['random.t0']?.rows.map((row) => Object.values(row))).toEqual([
    ['row_0', '=1', '1', '**************34"]', '5'],
    ['row_1', null, 1, null, null],
    ['row_2', 'c', null, '****', '-1'],
  ]);
  expect(data.tables['random.t1']).toMatchObject({
    title: 'Table 1',
    columns: { c0: { given: 'no', reason: 'it is a secret' } },
    rows: [],
  });
  expect(Object.keys(data.tables['random.t1']?.columns['c0'] ?? {})).not.toContain('valueType');
  expect(files.get('schema.json')).toMatch(/^\{\n "\$schema"/);
});

test('nothing a person wrote can run in the page, and nothing is loaded from elsewhere', async () => {
  const tables: RandomTable[] = [
    {
      columns: [{ kind: 'text', export: 'yes', keyClass: 'core' }],
      rows: [['<script>alert(1)</script>'], [`"><img src=x onerror='alert(2)'>`], ['javascript:alert(3)']],
    },
  ];
  const { files } = await readExport(await exportOf(declareTables(tables), tables));
  const page = files.get('index.html') ?? '';
  expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  expect(page).not.toMatch(/<(script|img|iframe|object|link|form|svg)\b/i);
  expect(page).not.toMatch(/<[^>]*\son\w+\s*=/i);
  expect([...page.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, target]) => target)).toEqual([
    'data.json',
    'schema.json',
    '#random.t0',
    'tables/random.t0.csv',
  ]);
  expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
});

test('files beside the tables are in the archive, under names that stay in its folder', async () => {
  const file = (name: string): ExportFile => ({
    name,
    title: 'A receipt',
    content: async function* () {
      yield 'eyJ…';
    },
  });
  const read = await readExport(await exportOf(declareTables([]), [], [file('receipts/one.jws')]));
  expect(read.files.get('receipts/one.jws')).toBe('eyJ…');
  for (const name of ['../up', '/etc/passwd', 'a/../b', 'C:\\x', 'data.json', 'a//b', ''])
    await expect(exportOf(declareTables([]), [], [file(name)])).rejects.toThrow(/unsafe name|are called/);
  const twice = [file('receipts/one.jws'), file('receipts/one.jws')];
  await expect(exportOf(declareTables([]), [], twice)).rejects.toThrow('two files of an export are called');
});

test('a batch without rows leaves nothing in the files', async () => {
  const tables: RandomTable[] = [{ columns: [{ kind: 'text', ...yes }], rows: [['a'], ['b'], ['c']] }];
  const { data, tables: csv } = await readExport(await exportOf(declareTables(tables), tables, [], 1));
  expect(data.tables['random.t0']?.rows).toHaveLength(3);
  expect(csv['random.t0']).toHaveLength(3);
});

test('an archive whose rows break off is no archive', async () => {
  const tables: RandomTable[] = [
    { columns: [{ kind: 'text', export: 'yes', keyClass: 'core' }], rows: [['a']] },
  ];
  const registry = declareTables(tables);
  const described = describeExport(registry, 'zh');
  const archive = writeExport({
    head: {
      serviceName: 'Shop',
      generatedAt: new Date(0),
      subject: 'user_1',
      language: 'zh',
      policy: { version: '', registryHash: '' },
      clock: { name: '', textOf: () => '' },
    },
    tables: described,
    recipients: [],
    readRows: async function* () {
      yield [{ id: 'row_1', c0: 'a' }];
      throw new Error('the database went away');
    },
    files: [],
  });
  await expect(archive.toArray()).rejects.toThrow('the database went away');
});

test('a reader who leaves ends what is being read for them', async () => {
  let end: () => void = () => undefined;
  const hasEnded = new Promise<void>((resolve) => (end = resolve));
  const archive = writeExport({
    head: {
      serviceName: 'Shop',
      generatedAt: new Date(0),
      subject: 'user_1',
      language: 'zh',
      policy: { version: '', registryHash: '' },
      clock: { name: '', textOf: () => '' },
    },
    tables: [],
    recipients: [],
    readRows: async function* () {},
    files: [
      {
        name: 'endless',
        title: 'A file without an end',
        content: async function* () {
          try {
            for (;;) yield 'x'.repeat(100_000);
          } finally {
            end();
          }
        },
      },
    ],
  });
  let size = 0;
  for await (const chunk of archive) {
    size += (chunk as Buffer).length;
    if (size > 2_000) break;
  }
  await hasEnded;
});

test('a guard is taken off a text that would be a formula without it, and off no other', () => {
  const guarded = ["'=1", "''=1", "'tis", '=1', 'plain', "'\tx"];
  expect(guarded.map(unguardText)).toEqual(['=1', "'=1", "'tis", '=1', 'plain', '\tx']);
});
