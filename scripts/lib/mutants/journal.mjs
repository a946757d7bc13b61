import { readFileSync } from 'node:fs';

/**
 * What was tried: it outlives a process that a mutant ends. `doubtful` is decided by trying the mutant alone.
 * @typedef {{ mutant: number, test: string, event: 'start' | 'end' | 'doubtful', failed?: string, ms?: number }} Entry
 */

/**
 * @param {string} path
 * @returns {Entry[]}
 */
export function readJournal(path) {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => /** @type {Entry} */ (JSON.parse(line)));
}
