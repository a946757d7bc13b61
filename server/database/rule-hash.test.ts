import { pgSchema, text } from 'drizzle-orm/pg-core';
import { expect } from 'vitest';
import { defineModule } from '../declare/define-module.ts';
import { plain, privacyTable } from '../declare/policy.ts';
import { createProduct } from '../declare/product.ts';
import { ruleOptionsOf } from '../kernel/database-options.ts';
import { modules } from '../modules.ts';
import { type Database, test } from '../testing/test.ts';
import { prepareDatabase } from './prepare-database.ts';

const schema = pgSchema('toys');

/** The product with one table more. */
function registryWith(why: string, access: { operations: readonly ['select', ...'insert'[]] }) {
  const stock = privacyTable(
    schema,
    'stock',
    { id: plain(text().primaryKey(), why) },
    { tenant: { none: 'test' }, rows: { notPersonal: 'test' }, access },
  );
  const toys = defineModule('toys', { schema: { stock } });
  return createProduct([...modules, toys], { sinks: [], metrics: [] }).registry;
}
type Registry = ReturnType<typeof registryWith>;

const before = registryWith('number of the toy', { operations: ['select'] });
const inOtherWords = registryWith('what stands on the box', { operations: ['select'] });
const withGrant = registryWith('number of the toy', { operations: ['select', 'insert'] });

async function start({ adminUrl, vault }: Database, registry: Registry): Promise<void> {
  await prepareDatabase(adminUrl, 'only-for-tests', registry, vault);
}

async function roleCount({ admin }: Database): Promise<number | null> {
  return (await admin.query(`select from privacy_engine.rule_sets, unnest(roles)`)).rowCount;
}

async function commentOf({ admin }: Database): Promise<unknown> {
  const { rows } = await admin.query<{ comment: string }>(
    `select col_description('toys.stock'::regclass, 1) as comment`,
  );
  return rows[0]?.comment;
}

/** The declarations with other titles of all that is about persons. */
function retitled(registry: Registry): Registry {
  const title = { zh: '别的', en: 'something else' };
  const tables = registry.tables.map((table) => ({
    ...table,
    rule: { ...table.rule, title },
    columns: table.columns.map((column) => ({
      ...column,
      datum: column.datum && { ...column.datum, title },
    })),
  }));
  return { ...registry, tables };
}

test('other words are the same rules under the same names, another grant is another set', () => {
  const names = [before, inOtherWords, retitled(before), withGrant].map(
    (registry) => ruleOptionsOf(registry).ruleSet,
  );
  expect(names[1]).toBe(names[0]);
  expect(names[2]).toBe(names[0]);
  expect(names[3]).not.toBe(names[0]);
  expect(inOtherWords.hash, 'the declarations as a whole').not.toBe(before.hash);
});

test('a start with other words writes them as comments and makes no role', async ({ database }) => {
  await database.admin.query('create schema toys; create table toys.stock (id text primary key)');
  await start(database, before);
  const roles = await roleCount(database);
  expect(await commentOf(database)).toBe('{"plain":"number of the toy"}');
  await start(database, inOtherWords);
  expect(await commentOf(database)).toBe('{"plain":"what stands on the box"}');
  expect(await roleCount(database)).toBe(roles);
  await start(database, withGrant);
  expect(await roleCount(database)).toBeGreaterThan(roles ?? 0);

  // Behind a newer release its words stay.
  await database.admin.query(
    `insert into drizzle.__drizzle_migrations (hash, created_at, tag) values ('next', 9e15, '9999_toys')`,
  );
  await start(database, inOtherWords);
  expect(await commentOf(database)).toBe('{"plain":"number of the toy"}');
});
