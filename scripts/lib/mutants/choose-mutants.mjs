import { readFileSync } from 'node:fs';
import { inProject } from '../project.mjs';
import { areasOf } from './areas.mjs';
import { findMutants, keyOf } from './find-mutants.mjs';

/**
 * @typedef {import('./find-mutants.mjs').Mutant} Mutant
 * @typedef {import('./areas.mjs').Area & { mutants: Mutant[] }} Chosen
 */

/**
 * The mutants of the areas, or so many of them as a seed draws.
 * @param {string[]} paths
 * @param {number | undefined} sample
 * @param {number} seed
 * @returns {Chosen[]}
 */
export function chooseMutants(paths, sample, seed) {
  const areas = areasOf(paths).map((area) => ({
    ...area,
    mutants: area.sources.flatMap((file) => findMutants(file, readFileSync(inProject(file), 'utf8')).mutants),
  }));
  if (sample === undefined) return areas;
  const drawn = new Set(
    draw(
      areas.flatMap(({ mutants }) => mutants),
      sample,
      seed,
    ),
  );
  return areas
    .map((area) => ({ ...area, mutants: area.mutants.filter((mutant) => drawn.has(mutant)) }))
    .filter(({ mutants }) => mutants.length > 0);
}

/**
 * Those that no run of a report killed; a mutant of a line that has changed since is not among them.
 * @param {string} report
 * @param {Chosen[]} areas
 * @returns {Chosen[]}
 */
export function notKilledIn(report, areas) {
  const results = report
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => /** @type {import('./try-mutants.mjs').Result} */ (JSON.parse(line)));
  const killed = new Set(results.filter(({ fate }) => fate === 'killed').map(keyOf));
  const left = new Set(results.map(keyOf).filter((key) => !killed.has(key)));
  return areas
    .map((area) => ({ ...area, mutants: area.mutants.filter((mutant) => left.has(keyOf(mutant))) }))
    .filter(({ mutants }) => mutants.length > 0);
}

/**
 * @param {Mutant[]} mutants
 * @param {number} count
 * @param {number} seed
 */
function draw(mutants, count, seed) {
  const random = randomNumbers(seed);
  return mutants
    .map((mutant) => ({ mutant, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .slice(0, count)
    .map(({ mutant }) => mutant);
}

/**
 * Mulberry32: the same numbers for the same seed.
 * @param {number} seed
 */
function randomNumbers(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
