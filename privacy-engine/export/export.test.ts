import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asRaw, exportOf } from '../testing/export-of.ts';
import { declareTables, tablesArbitrary } from '../testing/random-declarations.ts';
import { readExport } from '../testing/read-export.ts';
import { guardText, unguardText } from './csv.ts';
import { exportValue, mask } from './export-value.ts';

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
