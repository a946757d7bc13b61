import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { findBreakingStatements } from './find-breaking-statements.ts';
import type { Migration } from './migration-files.ts';

const orders = '"shop"."orders"';
const former = [
  migration('0000_start', [
    `CREATE TABLE ${orders} (
	"id" text PRIMARY KEY NOT NULL,
	"status" text NOT NULL,
	CONSTRAINT "orders_status_check" CHECK (${orders}."status" in ('new', 'paid'))
);`,
    `CREATE UNIQUE INDEX "orders_number_key" ON ${orders} USING btree ("number");`,
    `CREATE INDEX "orders_status_idx" ON ${orders} USING btree ("status");`,
  ]),
  migration('0001_unused', ['select 1']),
];

function migration(tag: string, statements: readonly string[]): Migration {
  return { tag, when: 0, hash: createHash('sha256').update(tag).digest('hex'), statements };
}

function reasons(...statements: string[]): string[] {
  return findBreakingStatements({ statements }, former).map(({ reason }) => reason);
}

test.for([
  ['drops what the former release uses', `DROP TABLE ${orders};`],
  ['drops what the former release uses', `ALTER TABLE ${orders} DROP COLUMN "status";`],
  ['drops what the former release uses', `ALTER TABLE shop.orders DROP status;`],
  ['drops what the former release uses', `ALTER TABLE ${orders} ADD COLUMN "a" text, DROP COLUMN "status";`],
  ['drops what the former release uses', 'select 1;\nDROP VIEW shop.open_orders;'],
  ['renames what the former release uses', `ALTER TABLE ${orders} RENAME COLUMN "status" TO "state";`],
  ['renames what the former release uses', `ALTER TABLE ${orders} RENAME TO "purchases";`],
  ['moves what the former release uses', `ALTER TABLE ${orders} SET SCHEMA "archive";`],
  ['empties a table under the former release', `TRUNCATE ${orders};`],
  ['changes the type of a column', `ALTER TABLE ${orders} ALTER COLUMN "status" SET DATA TYPE integer;`],
  ['takes away a value', `ALTER TABLE ${orders} ALTER COLUMN "status" DROP DEFAULT;`],
  ['adds a required column without a default', `ALTER TABLE ${orders} ADD COLUMN "colour" text NOT NULL;`],
  ['makes a column required', `ALTER TABLE ${orders} ALTER COLUMN "note" SET NOT NULL;`],
  ['makes a column required', 'ALTER TABLE shop.orders ALTER COLUMN note SET NOT NULL;'],
  [
    'narrows',
    `ALTER TABLE ${orders} ADD CONSTRAINT "orders_status_check" CHECK (${orders}."status" in ('new'));`,
  ],
  ['narrows', `ALTER TABLE ${orders} ADD CONSTRAINT "orders_id_check" CHECK (${orders}."id" <> '');`],
  ['narrows', `CREATE UNIQUE INDEX "orders_status_key" ON ${orders} USING btree ("status");`],
  ['narrows', `ALTER TABLE ${orders} ADD CONSTRAINT "orders_status_key" UNIQUE("status");`],
  [
    'narrows',
    `ALTER TABLE ${orders} ADD CONSTRAINT "x" FOREIGN KEY ("status") REFERENCES "shop"."states"("id");`,
  ],
  ['drops a unique index', 'DROP INDEX "shop"."orders_number_key";'],
] as const)('%s: %s', ([reason, statement]) => {
  expect(reasons(statement)).toEqual([expect.stringContaining(reason)]);
});

test.for([
  [
    'a table',
    [
      'CREATE TABLE "shop"."notes" ("id" text NOT NULL);',
      'ALTER TABLE "shop"."notes" ADD CONSTRAINT "c" CHECK ("id" <> \'\');',
    ],
  ],
  ['a column that may be empty', [`ALTER TABLE ${orders} ADD COLUMN "colour" text;`]],
  [
    'a required column with a default',
    [`ALTER TABLE ${orders} ADD COLUMN "count" integer DEFAULT 0 NOT NULL;`],
  ],
  [
    'a column that is filled, gets a default and is required then',
    [
      `ALTER TABLE ${orders} ADD COLUMN "count" integer;`,
      `UPDATE ${orders} SET "count" = 1;`,
      `ALTER TABLE ${orders} ALTER COLUMN "count" SET DEFAULT 1;`,
      `ALTER TABLE ${orders} ALTER COLUMN "count" SET NOT NULL;`,
    ],
  ],
  [
    'a check and a unique index over new columns',
    [
      `ALTER TABLE ${orders} ADD COLUMN "colour" text;`,
      `ALTER TABLE ${orders} ADD CONSTRAINT "orders_colour_check" CHECK (${orders}."colour" in ('red'));`,
      `CREATE UNIQUE INDEX "orders_colour_key" ON ${orders} USING btree ("colour");`,
    ],
  ],
  [
    'a check that accepts more',
    [
      `ALTER TABLE ${orders} DROP CONSTRAINT "orders_status_check";`,
      `ALTER TABLE ${orders} ADD CONSTRAINT "orders_status_check" CHECK (${orders}."status" in ('new', 'paid', 'sent'));`,
    ],
  ],
  [
    'another index',
    [`DROP INDEX "shop"."orders_status_idx";`, `CREATE INDEX "i" ON ${orders} USING btree ("id");`],
  ],
  ['a column that may be empty from now on', [`ALTER TABLE ${orders} ALTER COLUMN "status" DROP NOT NULL;`]],
] as const)('%s breaks nothing', ([, statements]) => {
  expect(reasons(...statements)).toEqual([]);
});

test('what earlier releases used goes once a release has landed that does not use it, and the note says which', () => {
  expect(reasons(`-- contract: not used since 0001_unused\nDROP TABLE ${orders};`)).toEqual([]);
});

test.for([
  ['names a migration that is not there', `-- contract: not used since 0009_later\nDROP TABLE ${orders};`],
  ['stands above a statement that breaks nothing', '-- contract: not used since 0001_unused\nselect 1;'],
])('a contract note that %s is refused', ([, statement = '']) => {
  expect(reasons(statement)).toHaveLength(1);
});
