import { expect } from 'vitest';
import { test } from '../testing/test.ts';
import { operationsOf } from './operations.ts';

/** Lists a person takes along another way, or that hold texts instead of figures. */
const withoutFiles: Readonly<Record<string, string>> = {
  '/api/announcements/news': 'texts',
  '/api/audit/entries': 'in the export of personal data',
  '/api/audit/staff-reads': 'in the export of personal data',
  '/api/catalog/prices': 'public, and few',
  '/api/notifications/outbox': 'texts, kept for seven days',
  '/api/privacy/cases': 'letters, in the export of personal data',
  '/api/privacy/consents/history': 'receipts, in the export of personal data',
  '/api/privacy/exports': 'files themselves',
  '/api/privacy/my-data/rows': 'in the export of personal data',
  '/api/privacy/queue': 'letters and contacts of persons',
  '/api/privacy/unreadable-cells': 'a list of work, empty but for faults',
};

test('every list of figures can be taken along as CSV and as JSON lines, under the same filters', async ({
  app,
}) => {
  await app.ready();
  const operations = operationsOf(app);
  const paged = operations.filter(({ queryParameters }) => queryParameters.includes('cursor'));
  const lacking: string[] = [];
  for (const { path, queryParameters } of paged) {
    if (path in withoutFiles) continue;
    const filters = queryParameters.filter((name) => name !== 'cursor' && name !== 'limit').toSorted();
    for (const form of ['csv', 'jsonl']) {
      const file = operations.find((operation) => operation.path === `${path}.${form}`);
      if (file?.queryParameters.toSorted().join() !== filters.join()) lacking.push(`${path}.${form}`);
    }
  }
  expect(lacking).toEqual([]);
  expect(Object.keys(withoutFiles).filter((path) => !paged.some((list) => list.path === path))).toEqual([]);
});
