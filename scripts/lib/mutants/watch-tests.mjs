import { afterAll, beforeEach } from 'vitest';

// Runs in the process of the tests: hears what a changed source reports.

/** More turns of one loop than any test needs. */
const mostTurns = 2_000_000;

/** @typedef {{ hit: (span: string) => void, turn: () => void, startTest: (hits: Set<string>) => void, atLoad: Set<string> }} Watch */

const globals = /** @type {{ candorMutants?: Watch }} */ (globalThis);
globals.candorMutants ??= createWatch();
const watch = globals.candorMutants;

beforeEach(({ task }) => {
  /** @type {Set<string>} */
  const hits = new Set();
  watch.startTest(hits);
  Object.defineProperty(task.meta, 'mutantHits', { enumerable: true, get: () => [...hits, ...watch.atLoad] });
});

afterAll(() => watch.startTest(new Set()));

/** @returns {Watch} */
function createWatch() {
  const atLoad = /** @type {Set<string>} */ (new Set());
  let current = atLoad;
  let turns = 0;
  return {
    atLoad,
    hit(span) {
      current.add(span);
    },
    turn() {
      turns += 1;
      if (turns > mostTurns) throw new Error('The mutant goes in circles.');
    },
    startTest(hits) {
      current = hits;
      turns = 0;
    },
  };
}
