import type { KeyVault } from '@candor/privacy-engine';
import { expect, onTestFinished } from 'vitest';
import type { Actor, Ctx } from '../kernel/context.ts';
import { openDatabase } from '../kernel/db.ts';
import { createLog } from '../kernel/log.ts';
import { sealRow } from '../kernel/sealed-rows.ts';
import { bankTransfers } from '../modules/wallet/schema.ts';
import { fewRows, type ListUnderTest, manyRows, type Page } from '../testing/list-rows.ts';
import { fillTable } from '../testing/many-rows.ts';
import { fixtureFileOf, moduleFixtures } from '../testing/module-fixture.ts';
import { watchPlans } from '../testing/plans.ts';
import { contextWith, type Database, test, type TestClock } from '../testing/test.ts';
import { moduleOf, operationsOf } from './operations.ts';

/** What a page of fifty may cost in rows read, filtered away or sorted: of a hundred thousand, one in a hundred. */
const mostRowsPerPage = manyRows / 100;
const pageRows = 50;

/** By address, as the modules bring them. */
const lists = new Map<string, ListUnderTest>(
  [...moduleFixtures.values()].flatMap(({ lists = {} }) => Object.entries(lists)),
);

test('every list of the API has its plans read', async ({ app }) => {
  await app.ready();
  const paged = operationsOf(app)
    .filter(({ queryParameters }) => queryParameters.includes('cursor'))
    .map(({ path }) => path);
  expect(paged.length).toBeGreaterThan(20);
  const unread = paged.filter((path) => !lists.has(path));
  expect(
    unread.map((path) => `${path}: say in ${fixtureFileOf(moduleOf(path))} how its rows are made`),
  ).toEqual([]);
  const gone = [...lists.keys()].filter((path) => !paged.includes(path));
  expect(gone, 'lists that no operation has any more').toEqual([]);
});

test('no index has an order that no query of ours asks for', async ({ database }) => {
  // `desc` of a query puts nulls first, of drizzle's index last: such an index orders nothing.
  const { rows } = await database.admin.query<{ name: string }>(
    `select c.relname as name from pg_index i join pg_class c on c.oid = i.indexrelid
     join pg_namespace n on n.oid = c.relnamespace
     where n.nspname !~ '^(pg_|information_schema|graphile_worker)' and exists (select 1 from unnest(i.indoption) o where o <> 0)`,
  );
  expect(rows).toEqual([]);
});

/** Two lists may show one table. */
const filled = new Set<string>();

for (const [path, { table, rows, areRowsPlain, queries, idOf }] of lists) {
  test(
    `${path} reads a page of 100 000 rows by an index, from the beginning and from the middle`,
    { timeout: 120_000 },
    async ({ database, clock }) => {
      if (!filled.has(table)) await fillTable(database.admin, table, manyRows + fewRows, rows);
      filled.add(table);
      const db = openDatabase(database.appUrl, createLog('silent'));
      onTestFinished(() => db.$client.end());
      const plans = watchPlans(db.$client);
      const vault = areRowsPlain === true ? database.vault : openingNothing(database.vault);
      const own = { ...database, db, vault };
      const actors = {
        many: await tenantOf(own, clock, 'many'),
        few: await tenantOf(own, clock, 'few'),
      };
      const starts: Page[] = [{ limit: pageRows }, { limit: pageRows, cursor: idOf(manyRows / 2) }];
      for (const [name, query] of Object.entries(queries)) {
        for (const [who, ctx] of Object.entries(actors)) {
          for (const start of starts) {
            plans.length = 0;
            await query(ctx, start);
            const place = `${name}, ${who}, ${start.cursor === undefined ? 'first page' : 'from the middle'}`;
            expect(plans, place).not.toEqual([]);
            const costly = plans.filter(({ mostRows }) => mostRows > mostRowsPerPage);
            expect(costly, place).toEqual([]);
          }
        }
      }
    },
  );
}

/** The rows were made inside PostgreSQL, so there is no key for them: they open as erased. */
function openingNothing(vault: KeyVault): KeyVault {
  const find: KeyVault['find'] = async (...key) => {
    const found = await vault.find(...key);
    return found.state === 'missing' ? { state: 'destroyed', destroyedAt: '2026-01-01' } : found;
  };
  return new Proxy(vault, {
    get: (target, name) => {
      if (name === 'find') return find;
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** An operator who is also the owner of the account `tnt_…`, with a key for what is kept of money. */
async function tenantOf(database: Database, clock: TestClock, name: string): Promise<Ctx> {
  const userId = `user_${name}`;
  const actor: Actor = { kind: 'user', userId, sessionId: 'sess', role: 'owner', isOperator: true };
  const ctx = {
    ...contextWith(database, clock, actor, `tnt_${name}`),
    reason: { text: 'to read the plans', caseId: null },
    vault: database.vault,
  };
  await sealRow(ctx, bankTransfers, {
    id: 'btr_of_nobody',
    tenantId: `tnt_${name}`,
    userId,
    serialNumber: '1',
    amountMicros: 10_000n,
    message: null,
    accountName: 'x',
    bankAccount: 'x',
    bankName: 'x',
    creditedBy: 'system:test',
    createdAt: clock.now(),
  });
  return ctx;
}
