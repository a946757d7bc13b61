import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { migrationFolder } from '../testing/migration-folder.ts';
import { landedHashesFile } from './migration-files.ts';
import { reviewHistory } from './review-history.ts';

const start = { name: 'start', when: 1, sql: 'CREATE TABLE "shop"."orders" ("id" text);' };
const colour = { name: 'colour', when: 2, sql: 'ALTER TABLE "shop"."orders" ADD COLUMN "colour" text;' };
const size = { name: 'size', when: 3, sql: 'ALTER TABLE "shop"."orders" ADD COLUMN "size" text;' };

test('migrations one after the other are in order', () => {
  expect(reviewHistory(migrationFolder([start, colour, size]))).toEqual([]);
});

test.for([
  [
    'the earlier one first',
    [start, colour, { ...size, writtenAfter: 'start' }],
    ['0002_size was not made from'],
  ],
  [
    'the later one first',
    [start, size, { ...colour, writtenAfter: 'start' }],
    ['0002_colour was written before 0001_size', '0002_colour was not made from'],
  ],
] as const)('two branches merged, %s: refused until the second is written again', ([, merged, faults]) => {
  const found = reviewHistory(migrationFolder(merged));
  expect(found).toHaveLength(faults.length);
  for (const [place, fault] of faults.entries()) expect(found[place]).toContain(fault);
});

test('two branches merged by keeping both lines of the journal: the number that is there twice is refused', () => {
  const folder = migrationFolder([start, colour, size]);
  const journal = join(folder, 'meta', '_journal.json');
  writeFileSync(journal, readFileSync(journal, 'utf8').replace('"idx":2', '"idx":1'));
  expect(reviewHistory(folder)).toEqual(['0002_size stands at place 2 of the journal with the number 1']);
});

test('a landed migration that was edited is refused', () => {
  const folder = migrationFolder([start, colour, size]);
  writeFileSync(join(folder, '0001_colour.sql'), 'ALTER TABLE "shop"."orders" ADD COLUMN "color" text;');
  expect(reviewHistory(folder)).toEqual([
    '0001_colour was edited after it had landed: put it back, and write another migration',
  ]);
});

test('only the newest migration may be without a recorded hash', () => {
  const folder = migrationFolder([start, colour, size]);
  const record = JSON.parse(readFileSync(landedHashesFile(folder), 'utf8')) as Record<string, string>;
  delete record['0002_size'];
  writeFileSync(landedHashesFile(folder), JSON.stringify(record));
  expect(reviewHistory(folder)).toEqual([]);
  delete record['0001_colour'];
  writeFileSync(landedHashesFile(folder), JSON.stringify(record));
  expect(reviewHistory(folder)).toEqual([
    'the hash of 0001_colour is not recorded in meta/_landed.json: run write-migration',
  ]);
});

test('a file that the journal has lost and a line whose file is lost are named', () => {
  const folder = migrationFolder([start, colour]);
  writeFileSync(join(folder, '0002_forgotten.sql'), 'select 1');
  rmSync(join(folder, '0001_colour.sql'));
  expect(reviewHistory(folder)).toEqual([
    '0002_forgotten.sql is not in the journal, so no database will ever run it',
    '0001_colour is in the journal, but its file is missing',
  ]);
});

test('a statement that the former release does not survive is named with its migration', () => {
  const folder = migrationFolder([start, { ...colour, sql: 'DROP TABLE "shop"."orders";' }]);
  expect(reviewHistory(folder, { isAdditiveFrom: 1 })).toEqual([
    '0001_colour: drops what the former release uses: DROP TABLE "shop"."orders"',
  ]);
  expect(reviewHistory(folder)).toEqual([]);
});
