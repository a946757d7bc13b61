/**
 * What a changed source talks to, in the process of the tests.
 * @typedef {object} Watch
 * @property {number | undefined} active the mutant in force
 * @property {(number: number) => void} hit
 * @property {() => void} turn
 * @property {(hits: Set<number>) => void} start
 */

/** More turns of loops than any test needs. */
const mostTurns = 2_000_000;

/** @returns {Watch} */
export function createWatch() {
  let current = /** @type {Set<number>} */ (new Set());
  let turns = 0;
  return {
    active: undefined,
    hit(number) {
      current.add(number);
    },
    turn() {
      turns += 1;
      if (turns > mostTurns) throw new Error('The mutant goes in circles.');
    },
    start(hits) {
      current = hits;
      turns = 0;
    },
  };
}
