import { keyOf } from './find-mutants.mjs';
import { describe, listPath, readSurvivors } from './survivors.mjs';

/** @typedef {import('./try-mutants.mjs').Result} Result */

/**
 * Counts what became of the mutants, and compares it with the list of known survivors.
 * @param {import('./survivors.mjs').SurvivorList} [list]
 */
export function createVerdict(list = readSurvivors()) {
  const listed = new Map(list.survivors.map((survivor) => [keyOf(survivor), survivor]));
  /** @type {Result[]} */
  const results = [];
  return {
    /** @param {Result} result what is to be said of it at once */
    add(result) {
      results.push(result);
      if (result.fate === 'killed') return '.';
      return listed.has(keyOf(result)) ? 's' : `\n${result.fate}: ${describe(result)}\n`;
    },
    summary() {
      const unlisted = results.filter((result) => result.fate !== 'killed' && !listed.has(keyOf(result)));
      const killed = results.filter((result) => result.fate === 'killed' && listed.has(keyOf(result)));
      const entries = unlisted.map(({ file, line, mutation }) => ({ file, line, mutation, why: 'open' }));
      const lines = [...new Set(results.map(({ area }) => area))].map((area) => {
        const own = results.filter((result) => result.area === area);
        /** @param {Result['fate']} fate */
        const count = (fate) => own.filter((result) => result.fate === fate).length;
        return `${area}: ${own.length} mutants, ${count('killed')} killed, ${count('survived')} survived, ${count('no coverage')} no coverage`;
      });
      if (entries.length > 0) {
        lines.push(`not in ${listPath}:`, ...entries.map((entry) => JSON.stringify(entry)));
      }
      for (const result of killed) lines.push(`killed now, so remove it from the list: ${describe(result)}`);
      return { text: lines.join('\n'), isGood: unlisted.length === 0 && killed.length === 0 };
    },
  };
}
