import { existsSync, readFileSync } from 'node:fs';
import { inProject } from '../project.mjs';
import { findMutants, keyOf } from './find-mutants.mjs';

/**
 * The known survivors: `why` says why the mutant changes nothing a person could notice, or begins with `open` and
 * says what is missing.
 * @typedef {{ file: string, line: string, mutation: string, why: string }} Survivor
 * @typedef {{ open: number, survivors: Survivor[] }} SurvivorList
 */

export const listPath = 'scripts/lib/mutants/survivors.json';

/** @returns {SurvivorList} */
export function readSurvivors() {
  return /** @type {SurvivorList} */ (JSON.parse(readFileSync(inProject(listPath), 'utf8')));
}

/**
 * What is wrong with the list. It only shrinks: an entry whose line has gone must go too, and the number of open ones
 * stands beside them, so that every change of it is seen in review.
 * @param {SurvivorList} list
 * @param {(file: string) => string | undefined} [textOf]
 * @returns {string[]}
 */
export function faultsOf({ open, survivors }, textOf = readSource) {
  const faults = [];
  const known = new Map(
    [...new Set(survivors.map(({ file }) => file))].map((file) => {
      const text = textOf(file);
      return [file, new Set(text === undefined ? [] : findMutants(file, text).mutants.map(keyOf))];
    }),
  );
  const seen = new Set();
  for (const survivor of survivors) {
    const key = keyOf(survivor);
    if (!known.get(survivor.file)?.has(key)) faults.push(`gone, so remove it: ${describe(survivor)}`);
    if (seen.has(key)) faults.push(`listed twice: ${describe(survivor)}`);
    if (survivor.why.trim() === '') faults.push(`without a reason: ${describe(survivor)}`);
    seen.add(key);
  }
  const openNow = survivors.filter(({ why }) => /^open\b/.test(why)).length;
  if (openNow !== open) faults.push(`"open" says ${open}, but ${openNow} survivors are open`);
  return faults;
}

/** @param {{ file: string, line: string, mutation: string }} mutant */
export function describe({ file, line, mutation }) {
  return `${file}: ${mutation}\n    in: ${line}`;
}

/** @param {string} file */
function readSource(file) {
  return existsSync(inProject(file)) ? readFileSync(inProject(file), 'utf8') : undefined;
}
