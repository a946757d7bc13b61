import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Registry } from '../registry.ts';
import { declareTables, type RandomTable, tablesArbitrary } from '../testing/random-declarations.ts';
import { readExport } from '../testing/read-export.ts';
import { guardText, unguardText } from './csv.ts';
import { describeExport, describeRecipients } from './describe-export.ts';
import { exportValue, mask, type RawValue } from './export-value.ts';
import type { ExportFile, ExportRow } from './export-rows.ts';
import { writeExport } from './write-export.ts';

/** The rows of a random table under the names of the database, in batches of two. */
async function* rowsOf(table: RandomTable): AsyncGenerator<ExportRow[]> {
  const rows = table.rows.map((values, number) => ({
    id: `row_${number}`,
    owner_id: 'user_1',
    ...Object.fromEntries(values.map((value, place) => [`c${place}`, asRaw(value)])),
  }));
  for (let start = 0; start < rows.length; start += 2) yield rows.slice(start, start + 2);
}

/** Guarantee: what the generators of `kinds` make. */
function asRaw(value: unknown): RawValue {
  return value as RawValue;
}

async function exportOf(
  registry: Registry,
  tables: readonly RandomTable[],
  files: readonly ExportFile[] = [],
): Promise<Buffer> {
  const described = describeExport(registry, 'en');
  const archive = writeExport({
    head: {
      serviceName: 'Shop <b>',
      generatedAt: new Date('2026-11-02T03:20:00Z'),
      subject: 'user_1',
      language: 'en',
      policy: { version: 'strict-1', registryHash: registry.hash },
      clock: { name: 'UTC', textOf: (instant) => instant.toISOString() },
    },
    tables: described,
    recipients: describeRecipients(registry, described, 'en'),
    readRows: ({ entry }) => rowsOf(tables[Number(entry.name.slice(1))] ?? { columns: [], rows: [] }),
    files,
  });
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

test(
  'DRUN-7.5 whatever is declared: exported or given with a reason, the same in JSON, CSV and database',
  { timeout: 60_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(tablesArbitrary, async (tables) => {
        const registry = declareTables(tables);
        const { data, tables: csv } = await readExport(await exportOf(registry, tables));
        for (const [number, { columns, rows }] of tables.entries()) {
          const name = `random.t${number}`;
          const table = data.tables[name];
          const declared = columns.map((_, place) => `c${place}`);
          const reasons = Object.entries(table?.columns ?? {})
            .filter(([, { reason }]) => reason !== null)
            .map(([column]) => column);
          const exported = declared.filter((column) => !reasons.includes(column));
          expect(Object.keys(table?.columns ?? {})).toEqual(declared);
          expect(reasons).toEqual(declared.filter((_, place) => typeof columns[place]?.export === 'object'));
          const expected =
            exported.length === 0
              ? []
              : rows.map((values, row) => ({
                  id: `row_${row}`,
                  ...Object.fromEntries(
                    exported.map((column) => {
                      const place = Number(column.slice(1));
                      const entry = registry.tables[number]?.columns.find(({ name: key }) => key === column);
                      const given = columns[place]?.export === 'masked' ? 'masked' : 'yes';
                      const facts = { valueType: entry?.valueType ?? 'text', given } as const;
                      // Through JSON, as every reader gets it: it knows no negative zero.
                      return [column, JSON.parse(JSON.stringify(exportValue(facts, asRaw(values[place]))))];
                    }),
                  ),
                }));
          expect(table?.rows).toEqual(expected);
          expect(csv[name] ?? []).toEqual(expected);
        }
      }),
      { numRuns: 30 },
    );
  },
);

test('a guarded text is no formula, and taking the guard away gives every text back', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom("'", '=', ' ', '\t', '-', 'a', '＝') })),
      (text) => {
        const guarded = guardText(text);
        expect(unguardText(guarded)).toBe(text);
        expect(guarded).not.toMatch(/^\s*[=+\-@＝＋－＠]|^[\t\r\n]/);
      },
    ),
  );
});

test('a masked value shows at most four characters and at most a third', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (text) => {
      const kept = mask(text).replace(/^\*{4,}?(?=[^*]*$)/, '');
      const shown = Array.from(kept.replaceAll('*', '')).length;
      expect(shown).toBeLessThanOrEqual(Math.min(4, Math.floor(Array.from(text).length / 3)));
    }),
  );
  expect(mask('6222020200112233445')).toBe('***************3445');
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
