/**
 * What a changed source talks to, in the process of the tests.
 * @typedef {object} Watch
 * @property {number | undefined} active the mutant in force; a mutated place asks for it each time it is passed
 * @property {(number: number) => void} hit
 * @property {() => void} turn
 * @property {number} turns of loops since the start
 * @property {(hits: Set<number>, mostTurns?: number) => void} start
 */

/** More turns of loops than any test needs. */
const anyTurns = 2_000_000;
/** More often than any test passes mutated places: a loop without a guard, in a test, never ends either. */
const mostPasses = 100_000_000;

/**
 * @param {number} [passesAtMost]
 * @returns {Watch}
 */
export function createWatch(passesAtMost = mostPasses) {
  let current = /** @type {Set<number>} */ (new Set());
  let turns = 0;
  let mostTurns = anyTurns;
  let passes = 0;
  let active = /** @type {number | undefined} */ (undefined);
  return {
    get active() {
      passes += 1;
      if (passes > passesAtMost) throw new Error('The mutant is passed for ever.');
      return active;
    },
    set active(number) {
      active = number;
    },
    get turns() {
      return turns;
    },
    hit(number) {
      current.add(number);
    },
    turn() {
      turns += 1;
      if (turns > mostTurns) throw new Error('The mutant goes in circles.');
    },
    start(hits, most = anyTurns) {
      current = hits;
      turns = 0;
      mostTurns = most;
      passes = 0;
    },
  };
}
