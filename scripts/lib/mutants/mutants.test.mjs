import { runInNewContext } from 'node:vm';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { areasOf } from './areas.mjs';
import { withMutant, withReports, withSwitches } from './change-source.mjs';
import { chooseMutants, notKilledIn } from './choose-mutants.mjs';
import { findMutants } from './find-mutants.mjs';
import { faultsOf } from './survivors.mjs';
import { createVerdict } from './verdict.mjs';
import { createWatch } from './watch.mjs';

const file = 'server/a.ts';
const source = `
import { and, eq, lt } from 'drizzle-orm';
interface Row { readonly 'limit-1': 5 }
export async function pay(ctx, rows) {
  authorize(ctx, 'wallet:post');
  if (rows.length === 0) return 0n;
  for (const row of rows) for (let i = 0; i < 3; i += 1) row.use(i ?? ctx.i ?? 7);
  const own = await select(and(eq(row.tenantId, ctx.tenantId), lt(row.at, ctx.now())));
  return min(own.filter((one) => one.paid && !one.gone)[0].micros, 5n * 2n) + 1n;
}
`;
const { mutants, loops } = findMutants(file, source);
const numbered = mutants.map((mutant, number) => ({ ...mutant, number }));

test('guards, comparisons, sums, limits, statements and conditions of queries are mutated; types and texts are not', () => {
  const mutations = mutants.map(({ mutation }) => mutation);
  for (const expected of [
    "authorize(ctx, 'wallet:post'); → nothing",
    'rows.length === 0 → false',
    'rows.length === 0 → rows.length !== 0',
    'return 0n; → return undefined;',
    'i < 3 → i <= 3',
    'eq(row.tenantId, ctx.tenantId) → ne(row.tenantId, ctx.tenantId)',
    'and(eq(row.tenantId, ctx.tenantId), lt(row.at, ctx.now())) → and(lt(row.at, ctx.now()))',
    'own.filter((one) => one.paid && !one.gone) → own',
    'one.paid && !one.gone → one.paid || !one.gone',
    '!one.gone → one.gone',
    '5n * 2n → 5n / 2n',
    '5n → 6n',
    'i ?? ctx.i ?? 7 → (i ?? ctx.i) && 7',
  ]) {
    expect(mutations).toContain(expected);
  }
  expect(mutations.filter((mutation) => mutation.includes('limit'))).toEqual([]);
  expect(new Set(mutants.map((mutant) => mutant.mutation + mutant.line)).size).toBe(mutants.length);
});

test('every mutant, and the sources that report or hold them all, are programs', () => {
  for (const text of [
    withReports(source, numbered, loops),
    withSwitches(source, numbered, loops),
    ...mutants.map((mutant) => withMutant(source, mutant, loops)),
  ]) {
    const { diagnostics = [] } = ts.transpileModule(text, {
      reportDiagnostics: true,
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ESNext },
    });
    expect(
      diagnostics.map(({ messageText }) => messageText),
      text,
    ).toEqual([]);
  }
});

test('a mutant that calls what the file does not import brings the import, and no line moves', () => {
  const mutant = mutants.find(({ mutation }) => mutation.includes('→ lte('));
  if (mutant === undefined) throw new Error('there is no such mutant');
  const changed = withMutant(source, mutant, loops);
  expect(changed).toContain("import { lte } from 'drizzle-orm'; ");
  expect(changed.split('\n')).toHaveLength(source.split('\n').length);
});

test('a changed source reports what is reached, and ends a loop that never would', () => {
  const text = 'let n = 0; while (n < 3) { n += 1; } if (n > 5) n = 0;';
  const found = findMutants(file, text);
  /** @type {number[]} */
  const hits = [];
  let turns = 0;
  const all = found.mutants.map((mutant, number) => ({ ...mutant, number }));
  runInNewContext(withReports(text, all, found.loops), {
    candorMutants: { hit: (/** @type {number} */ number) => hits.push(number), turn: () => (turns += 1) },
  });
  expect(turns).toBe(3);
  const reached = all.filter(({ number }) => hits.includes(number));
  expect(reached.map(({ mutation }) => mutation)).toContain('n += 1; → nothing');
  expect(reached.map(({ mutation }) => mutation)).not.toContain('n = 0; → nothing');

  const endless = found.mutants.find(({ mutation }) => mutation === 'n += 1; → nothing');
  if (endless === undefined) throw new Error('there is no such mutant');
  const turn = () => {
    turns += 1;
    if (turns > 10) throw new Error('it goes in circles');
  };
  expect(
    () => void runInNewContext(withMutant(text, endless, found.loops), { candorMutants: { turn } }),
  ).toThrow('it goes in circles');
});

test('a mutant that a loop of a test passes for ever ends that test, and the next begins anew', () => {
  const watch = createWatch(1000);
  const text = 'next = (day) => day + 1;';
  const found = findMutants(file, text);
  const all = found.mutants.map((mutant, number) => ({ ...mutant, number }));
  const standsStill = all.find(({ mutation }) => mutation === 'day + 1 → day - 1');
  if (standsStill === undefined) throw new Error('there is no such mutant');
  const isEndless = 'for (let day = 0; day < 3;) day = next(day); "it ends"';
  for (const program of [withMutant(text, standsStill, []), withSwitches(text, all, [])]) {
    const context = { candorMutants: watch };
    watch.start(new Set());
    watch.active = standsStill.number;
    expect(() => void runInNewContext(`${program} ${isEndless}`, context)).toThrow('passed for ever');
  }
  watch.start(new Set());
  watch.active = undefined;
  expect(runInNewContext(`${withSwitches(text, all, [])} ${isEndless}`, { candorMutants: watch })).toBe(
    'it ends',
  );
});

test('a source that holds every mutant does what the one in force does, and without one what it always did', () => {
  const text = 'let n = 0; for (const m of [1, 2, 3]) { if (m > 1 && n < 3) n += m * 2; } result = n + 1;';
  const found = findMutants(file, text);
  const all = found.mutants.map((mutant, number) => ({ ...mutant, number }));
  /**
   * @param {string} program
   * @param {number} [active]
   */
  const resultOf = (program, active) => {
    const context = { result: /** @type {unknown} */ (undefined), candorMutants: { active, turn() {} } };
    runInNewContext(program, context);
    return context.result;
  };
  const switched = withSwitches(text, all, found.loops);
  expect(resultOf(switched)).toBe(resultOf(text));
  for (const mutant of all) {
    expect(resultOf(switched, mutant.number), mutant.mutation).toBe(
      resultOf(withMutant(text, mutant, found.loops)),
    );
  }
  expect(new Set(all.map(({ number }) => resultOf(switched, number))).size).toBeGreaterThan(5);
});

test('a seed draws the same mutants again, another one others; a path narrows them', () => {
  /** @param {number} seed */
  const drawn = (seed) => chooseMutants(['server/kernel/money.ts'], 5, seed).flatMap((area) => area.mutants);
  expect(drawn(1)).toEqual(drawn(1));
  expect(drawn(1)).not.toEqual(drawn(2));
  expect(drawn(1)).toHaveLength(5);
  expect(areasOf(['server/modules/wallet/holds.ts']).flatMap(({ sources }) => sources)).toEqual([
    'server/modules/wallet/holds.ts',
  ]);
});

test('those that no test killed can be tried again', () => {
  const areas = chooseMutants(['server/kernel/money.ts'], 3, 1);
  const [first, second] = areas.flatMap((area) => area.mutants);
  if (first === undefined || second === undefined) throw new Error('three were drawn');
  const report = [
    { ...first, fate: 'survived' },
    { ...second, fate: 'no coverage' },
    { ...second, fate: 'killed' },
  ];
  const lines = report.map((result) => `${JSON.stringify(result)}\n`).join('');
  expect(notKilledIn(lines, areas).flatMap((area) => area.mutants)).toEqual([first]);
});

test('a survivor whose line has gone, that stands twice, has no reason or is not counted fails the check', () => {
  const line = "authorize(ctx, 'wallet:post');";
  const kept = { file, line, mutation: `${line} → nothing`, why: 'open' };
  /** @param {import('./survivors.mjs').SurvivorList} list */
  const faults = (list) => faultsOf(list, () => source);
  expect(faults({ open: 1, survivors: [kept] })).toEqual([]);
  expect(faults({ open: 1, survivors: [{ ...kept, why: 'open: it shows in memory only' }] })).toEqual([]);
  expect(faults({ open: 0, survivors: [kept] })).toEqual(['"open" says 0, but 1 survivors are open']);
  expect(faults({ open: 2, survivors: [kept, kept] })).toEqual([expect.stringContaining('listed twice')]);
  expect(faults({ open: 0, survivors: [{ ...kept, why: '' }] })).toEqual([
    expect.stringContaining('without a reason'),
  ]);
  expect(faults({ open: 1, survivors: [{ ...kept, line: 'authorize(ctx);' }] })).toEqual([
    expect.stringContaining('gone, so remove it'),
  ]);
});

test('a run fails for a survivor that is not listed and for a listed one that a test kills now', () => {
  const mutant = {
    file,
    line: 'a',
    mutation: 'b → c',
    area: 'wallet',
    lineNumber: 1,
    tests: 1,
    ms: 1,
    alone: false,
  };
  const listed = { open: 1, survivors: [{ file, line: 'a', mutation: 'b → c', why: 'open' }] };
  /**
   * @param {import('./try-mutants.mjs').Fate} fate
   * @param {import('./survivors.mjs').SurvivorList} list
   */
  const isGood = (fate, list) => {
    const verdict = createVerdict(list);
    verdict.add({ ...mutant, fate });
    return verdict.summary().isGood;
  };
  const none = { open: 0, survivors: [] };
  expect(isGood('survived', none)).toBe(false);
  expect(isGood('no coverage', none)).toBe(false);
  expect(isGood('survived', listed)).toBe(true);
  expect(isGood('killed', none)).toBe(true);
  expect(isGood('killed', listed)).toBe(false);
});
