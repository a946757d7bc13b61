import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inProject } from '../project.mjs';
import { spansOf, withMutant, withReports, withSwitches } from './change-source.mjs';
import { findMutants } from './find-mutants.mjs';
import { readJournal } from './journal.mjs';
import { openTestRuns } from './run-tests.mjs';

/**
 * @typedef {'killed' | 'survived' | 'no coverage'} Fate
 * @typedef {{ area: string, file: string, line: string, lineNumber: number, mutation: string, fate: Fate, by?: string | undefined, tests: number, ms: number, alone: boolean }} Result
 * @typedef {import('./change-source.mjs').Numbered} Numbered
 * @typedef {import('./run-tests.mjs').Covering} Covering
 */

/** A mutant that waits for ever costs this long. */
const testTimeoutMs = 60_000;
/** So many mutants share one process of tests. */
const atOnce = 400;

/**
 * Runs, for each mutant, the tests that reach it. One run of all tests of an area finds out which those are. Then one
 * process holds all mutants and switches from one to the next while a test is repeated. A mutant that only the loading
 * of a module or the first run of a test reaches is tried alone, in a process that starts with it.
 * @param {import('./choose-mutants.mjs').Chosen[]} chosen
 * @param {{ limitMs: number, onResult: (result: Result) => void, onFault: (fault: string) => void }} options
 */
export async function tryMutants(chosen, { limitMs, onResult, onFault }) {
  const folder = mkdtempSync(join(tmpdir(), 'candor-mutants-'));
  const runs = await openTestRuns({ folder, testTimeoutMs });
  try {
    let endsAt = Infinity;
    for (const area of chosen) {
      const numbered = area.mutants.map((mutant, number) => ({ ...mutant, number }));
      const baseline = await watchTests(numbered, area.tests);
      if (endsAt === Infinity) endsAt = Date.now() + limitMs;
      for (let from = 0; from < numbered.length && Date.now() < endsAt; from += atOnce) {
        await tryTogether(area.name, numbered.slice(from, from + atOnce), baseline, endsAt);
      }
    }
  } finally {
    await runs.close();
    rmSync(folder, { recursive: true, force: true });
  }

  /**
   * What each test reaches. In a file where a test fails because one was repeated, none is.
   * @param {Numbered[]} mutants
   * @param {string[]} folders
   */
  async function watchTests(mutants, folders) {
    const sources = changedBy(mutants, withReports);
    const twice = await runs.run(sources, { folders }, { kind: 'report', isTwice: true });
    if (twice.failed !== undefined) throw new Error(`without any mutant fails: ${twice.failed}`);
    if (twice.failAnyway.length === 0) return twice.tests;
    const fragile = new Set(twice.failAnyway.map(({ moduleId }) => moduleId));
    const once = await runs.run(sources, { folders: [...fragile] }, { kind: 'report', isTwice: false });
    for (const { name } of once.failAnyway) onFault(name);
    return [...twice.tests.filter(({ moduleId }) => !fragile.has(moduleId)), ...once.tests];
  }

  /**
   * @param {string} area
   * @param {Numbered[]} mutants
   * @param {Covering[]} tests
   * @param {number} endsAt
   */
  async function tryTogether(area, mutants, tests, endsAt) {
    const reached = reach(mutants, tests);
    const journal = join(folder, 'journal');
    writeFileSync(journal, '');
    for (let round = 0; round < 20; round += 1) {
      const known = readJournal(journal);
      const left = pairsLeft(reached, known);
      const covering = tests.filter(({ id }) => left.has(id)).toSorted((a, b) => a.durationMs - b.durationMs);
      if (covering.length === 0 || Date.now() > endsAt) break;
      const { failed } = await runs.run(
        changedBy(mutants, withSwitches),
        { tests: covering },
        {
          kind: 'try',
          journal,
          mutants: Object.fromEntries(left),
          durationMs: Object.fromEntries(covering.map(({ id, durationMs }) => [id, durationMs])),
          turns: Object.fromEntries(covering.map(({ id, turns }) => [id, turns])),
          endsAt: Math.min(endsAt, Number.MAX_SAFE_INTEGER),
        },
      );
      closeJournal(journal);
      // The sources do not compile, say: every further round would end like this one.
      if (readJournal(journal).length === known.length && Date.now() <= endsAt)
        throw new Error(`no mutant was tried: ${failed ?? 'the tests ended without a word'}`);
    }
    const entries = readJournal(journal);
    const left = new Set([...pairsLeft(reached, entries).values()].flat());
    for (const mutant of mutants) {
      const own = entries.filter((entry) => entry.mutant === mutant.number);
      const { again, once } = reached.get(mutant.number) ?? { again: [], once: [] };
      const by = own.find(({ event, failed }) => event === 'end' && failed !== undefined)?.failed;
      const isDoubtful = own.some(({ event }) => event === 'doubtful');
      const count = again.length + once.length;
      if (by === undefined && !isDoubtful && left.has(mutant.number)) continue;
      if (by === undefined && (isDoubtful || once.length > 0)) {
        if (Date.now() > endsAt) return;
        onResult(await tryAlone(area, mutant, [...again, ...once]));
        continue;
      }
      const fate = count === 0 ? 'no coverage' : by === undefined ? 'survived' : 'killed';
      onResult(
        resultOf(area, mutant, {
          fate,
          by,
          tests: count,
          ms: own.reduce((sum, { ms = 0 }) => sum + ms, 0),
          alone: false,
        }),
      );
    }
  }

  /**
   * @param {string} area
   * @param {Numbered} mutant
   * @param {Covering[]} covering
   */
  async function tryAlone(area, mutant, covering) {
    const startedAt = performance.now();
    const { file } = mutant;
    const text = readFileSync(inProject(file), 'utf8');
    const changed = { path: inProject(file), text: withMutant(text, mutant, findMutants(file, text).loops) };
    const tests = covering.toSorted((a, b) => a.durationMs - b.durationMs);
    const { failed: by } = await runs.run([changed], { tests }, { kind: 'plain' });
    const ms = Math.round(performance.now() - startedAt);
    return resultOf(area, mutant, {
      fate: by === undefined ? 'survived' : 'killed',
      by,
      tests: tests.length,
      ms,
      alone: true,
    });
  }
}

/**
 * @param {string} area
 * @param {Numbered} mutant
 * @param {Pick<Result, 'fate' | 'by' | 'tests' | 'ms' | 'alone'>} what
 * @returns {Result}
 */
function resultOf(area, { file, line, lineNumber, mutation }, what) {
  return { area, file, line, lineNumber, mutation, ...what };
}

/**
 * The sources of mutants, changed.
 * @param {Numbered[]} mutants
 * @param {(text: string, mutants: Numbered[], loops: import('./find-mutants.mjs').Loop[]) => string} change
 */
function changedBy(mutants, change) {
  return [...new Set(mutants.map(({ file }) => file))].map((file) => {
    const text = readFileSync(inProject(file), 'utf8');
    const own = mutants.filter((mutant) => mutant.file === file);
    return { path: inProject(file), text: change(text, own, findMutants(file, text).loops) };
  });
}

/**
 * Which tests reach a mutant, and which of them only once.
 * @param {Numbered[]} mutants
 * @param {Covering[]} tests
 */
function reach(mutants, tests) {
  const sets = tests.map((test) => ({
    test,
    again: new Set(test.hits.again),
    once: new Set(test.hits.once),
  }));
  return new Map(
    spansOf(mutants).flatMap(({ own }) => {
      const [{ number }] = /** @type {[Numbered]} */ (own);
      const reached = {
        again: sets.filter(({ again }) => again.has(number)).map(({ test }) => test),
        once: sets.filter(({ once }) => once.has(number)).map(({ test }) => test),
      };
      return own.map((mutant) => [mutant.number, reached]);
    }),
  );
}

/**
 * The mutants that each test is still to be tried with.
 * @param {Map<number, { again: Covering[] }>} reached
 * @param {import('./journal.mjs').Entry[]} entries
 */
function pairsLeft(reached, entries) {
  const over = new Set(
    entries
      .filter(({ event, failed }) => event === 'doubtful' || failed !== undefined)
      .map(({ mutant }) => mutant),
  );
  const done = new Set(
    entries.filter(({ event }) => event === 'end').map(({ mutant, test }) => `${mutant} ${test}`),
  );
  /** @type {Map<string, number[]>} */
  const left = new Map();
  for (const [number, { again }] of reached) {
    if (over.has(number)) continue;
    for (const { id } of again) {
      if (!done.has(`${number} ${id}`)) left.set(id, [...(left.get(id) ?? []), number]);
    }
  }
  return left;
}

/**
 * The mutant under which the process ended, if one did, is to be tried alone.
 * @param {string} journal
 */
function closeJournal(journal) {
  const last = readJournal(journal).at(-1);
  if (last?.event !== 'start') return;
  writeFileSync(journal, `${JSON.stringify({ ...last, event: 'doubtful', failed: 'the process ended' })}\n`, {
    flag: 'a',
  });
}
