import { readFileSync } from 'node:fs';
import { capture } from './capture.mjs';
import { inProject } from './project.mjs';
import { findWords } from './find-words.mjs';

// Step of `npm run check`: home-made English in comments, names of tests, documents and texts (`words.json`).

const words = /** @type {import('./find-words.mjs').Word[]} */ (
  JSON.parse(readFileSync(inProject('scripts/lib/words.json'), 'utf8'))
);
const { output } = await capture('git', ['ls-files', '-co', '--exclude-standard']);
const written = /\.(ts|tsx|mjs|md|json|ya?ml|css|sh)$|Dockerfile$/;
/** Law titles and quotations, what a tool writes, what has landed for good, and the list itself. */
const left =
  /^(docs\/(clauses|openapi)|scripts\/lib\/(words|find-words)|server\/migrations\/)|package-lock|generated/;
const files = output.split('\n').filter((file) => written.test(file) && !left.test(file));
let found = 0;
for (const file of files) {
  for (const { line, word, instead } of findWords(readFileSync(inProject(file), 'utf8'), words)) {
    found += 1;
    process.stdout.write(`${file}:${line}: "${word}": ${instead}\n`);
  }
}
process.stdout.write(`${files.length} files, ${found} words to replace\n`);
process.exitCode = found === 0 && files.length > 0 ? 0 : 1;
