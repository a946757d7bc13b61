import { expect } from 'vitest';
import { fixtureFileOf, ofAllModules } from '../testing/module-fixture.ts';
import { test } from '../testing/test.ts';
import { moduleOf, operationsOf } from './operations.ts';

/** Lists a person takes along another way, or that hold texts instead of figures, as the modules say. */
const withoutFiles = ofAllModules(({ withoutFiles }) => withoutFiles && Object.keys(withoutFiles));

test('every list of figures can be taken along as CSV and as JSON lines, under the same filters', async ({
  app,
}) => {
  await app.ready();
  const operations = operationsOf(app);
  const paged = operations.filter(({ queryParameters }) => queryParameters.includes('cursor'));
  const lacking: string[] = [];
  for (const { path, queryParameters } of paged) {
    if (withoutFiles.includes(path)) continue;
    const filters = queryParameters.filter((name) => name !== 'cursor' && name !== 'limit').toSorted();
    for (const form of ['csv', 'jsonl']) {
      const file = operations.find((operation) => operation.path === `${path}.${form}`);
      if (file?.queryParameters.toSorted().join() !== filters.join())
        lacking.push(`${path}.${form}: a route of files, or a word in ${fixtureFileOf(moduleOf(path))}`);
    }
  }
  expect(lacking).toEqual([]);
  expect(withoutFiles.filter((path) => !paged.some((list) => list.path === path))).toEqual([]);
});
