import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const folder = import.meta.dirname;
/** What a product is called or counts; the next module brings others, and billing must know neither. */
const productWords = /tokens?\b|Tokens?|\bmodels?\b|[mM]odelId|model_id|prompt|gateway\.|[Ii]mageC|[Gg]pu/;
/** Columns and tables that only the release before meters uses. */
const ofFormerRelease = /^former-/;

test('billing knows meters and SKUs by name, and no product', () => {
  const sources = readdirSync(folder).filter(
    (name) => name.endsWith('.ts') && !/\.(test|fixture)\.ts$/.test(name) && !ofFormerRelease.test(name),
  );
  expect(sources.length).toBeGreaterThan(15);
  const found = sources.flatMap((name) =>
    readFileSync(join(folder, name), 'utf8')
      .split('\n')
      .filter((line) => productWords.test(line))
      .map((line) => `${name}: ${line.trim()}`),
  );
  expect(found).toEqual([]);
});
