import { readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { capture } from './lib/capture.mjs';
import { describeClauses, testsIn } from './lib/clauses.mjs';
import { inProject } from './lib/project.mjs';

// usage: node scripts/write-clauses.mjs [--check]
// Writes docs/clauses.md from docs/clauses.csv and the names of all tests.

/** @type {{ clause: string, mechanisms: string, promise: string, missing: string }[]} */
const rows = parse(readFileSync(inProject('docs/clauses.csv'), 'utf8'), { columns: true });
const clauses = rows.map(({ clause, mechanisms, ...rest }) => ({
  ...rest,
  id: clause,
  mechanisms: mechanisms.split(' '),
}));

// A contract is a set of tests that several drivers run.
const patterns = ['*.test.ts', '*.test.tsx', '*.test.mjs', '*-contract.ts'];
const { output } = await capture('git', [
  'ls-files',
  '-z',
  '--cached',
  '--others',
  '--exclude-standard',
  '--deduplicate',
  ...patterns,
]);
const files = output
  .split('\0')
  .filter((file) => file !== '')
  .sort();
const tests = files.flatMap((file) => testsIn(file, readTest(file)));
const { page, faults } = describeClauses(clauses, tests);

for (const fault of faults) process.stdout.write(`${fault}\n`);
if (!process.argv.includes('--check')) writeFileSync(inProject('docs/clauses.md'), page);
else if (readFileSync(inProject('docs/clauses.md'), 'utf8') !== page) {
  faults.push('stale');
  process.stdout.write('docs/clauses.md is stale; run: node scripts/write-clauses.mjs\n');
}
process.stdout.write(`${clauses.length} clauses, ${tests.length} tests, ${faults.length} faults\n`);
if (faults.length > 0 || tests.length === 0) process.exitCode = 1;

/** @param {string} file */
function readTest(file) {
  try {
    return readFileSync(inProject(file), 'utf8');
  } catch (error) {
    // Deleted but not yet committed.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}
