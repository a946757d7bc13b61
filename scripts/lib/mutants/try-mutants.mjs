import { readFileSync } from 'node:fs';
import { inProject } from '../project.mjs';
import { reportedSpan, withMutant, withReports } from './change-source.mjs';
import { findMutants } from './find-mutants.mjs';
import { openTestRuns } from './run-tests.mjs';

/**
 * @typedef {'killed' | 'survived' | 'no coverage'} Fate
 * @typedef {{ area: string, file: string, line: string, lineNumber: number, mutation: string, fate: Fate, by?: string | undefined, tests: number, ms: number }} Result
 */

/** A mutant that waits for ever costs this long. */
const testTimeoutMs = 60_000;

/**
 * Runs, for each mutant, the tests that reach it. One run of all tests of an area finds out which those are.
 * @param {import('./choose-mutants.mjs').Chosen[]} chosen
 * @param {{ limitMs: number, onResult: (result: Result) => void }} options
 */
export async function tryMutants(chosen, { limitMs, onResult }) {
  const runs = await openTestRuns(testTimeoutMs);
  /** @type {number | undefined} */
  let startedAt;
  try {
    for (const area of chosen) {
      const sources = new Map(area.mutants.map(({ file }) => [file, readFileSync(inProject(file), 'utf8')]));
      const reporting = [...sources].map(([file, text]) => ({
        path: inProject(file),
        text: withReports(
          text,
          area.mutants.filter((mutant) => mutant.file === file),
        ),
      }));
      const baseline = await runs.run(reporting, { folders: area.tests });
      if (baseline.failed !== undefined) throw new Error(`without any mutant fails: ${baseline.failed}`);
      startedAt ??= performance.now();
      for (const mutant of area.mutants) {
        if (performance.now() - startedAt > limitMs) return;
        onResult(await tryOne(area.name, mutant, baseline.tests));
      }
    }
  } finally {
    await runs.close();
  }

  /**
   * @param {string} area
   * @param {import('./find-mutants.mjs').Mutant} mutant
   * @param {import('./run-tests.mjs').Covering[]} tests
   * @returns {Promise<Result>}
   */
  async function tryOne(area, mutant, tests) {
    const startedAt = performance.now();
    const { file, line, lineNumber, mutation } = mutant;
    const covering = tests.filter(({ hits }) => hits.includes(reportedSpan(mutant)));
    const text = readFileSync(inProject(file), 'utf8');
    const changed = { path: inProject(file), text: withMutant(text, mutant, findMutants(file, text).loops) };
    const by = covering.length === 0 ? undefined : (await runs.run([changed], { tests: covering })).failed;
    const fate = covering.length === 0 ? 'no coverage' : by === undefined ? 'survived' : 'killed';
    const ms = Math.round(performance.now() - startedAt);
    return { area, file, line, lineNumber, mutation, fate, by, tests: covering.length, ms };
  }
}
