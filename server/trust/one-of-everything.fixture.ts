import {
  openTableRows,
  sealedTableOf,
  type Sealing,
  sealTableRows,
  type TableEntry,
} from '@candor/privacy-engine';
import type pg from 'pg';
import { sealingOf } from '../kernel/sealed-rows.ts';
import { fixtureFileOf, ofAllModules } from '../testing/module-fixture.ts';
import { registry } from '../testing/registry.ts';
import type { Cloud, Customer } from '../testing/gateway.ts';

// A person who has rows in every table about persons, made from the registry: a table that is added is in it.

export interface Owner {
  readonly userId: string;
  readonly tenantId: string;
}

type Row = Record<string, unknown>;

/** Long before the test begins, so that no row is taken for something that is going on. */
const instant = '2026-01-02T03:04:05.678Z';
const lists = ['what', 'meters'];

/** What a check of the database asks for, or what would be taken for an act of the person, as the modules say. */
const chosen = new Map(ofAllModules(({ rows }) => (rows === undefined ? [] : Object.entries(rows))));

export interface WholeLife {
  readonly cloud: Cloud;
  readonly customer: Customer;
  readonly owner: Owner;
}

/** A person who has called a model and paid for it, with a row of everything else, beside another person who has as well. */
export async function aWholeLife(cloud: Cloud, admin: pg.Pool): Promise<WholeLife> {
  const customer = await cloud.customer(100_000_000n);
  const messages = [{ role: 'user' as const, content: 'Hello' }];
  await customer.client.chat.completions.create({ model: cloud.modelId, messages });
  await cloud.usage(customer, 1);
  await cloud.customer(1_000_000n);
  const owner = { userId: customer.person.user.id, tenantId: customer.person.tenant.id };
  await addOneOfEverything(admin, sealingOf(cloud.system), owner);
  return { cloud, customer, owner };
}

/** Tables of which a row tells something about a person or about an account that is theirs. */
export function tablesAboutPersons(): TableEntry[] {
  return registry.tables.filter(({ columns }) => columns.some(({ datum }) => datum !== null));
}

export function placeOf({ schema, name }: TableEntry): string {
  return `${schema}.${name}`;
}

/** The rows that are the person's, opened, under the keys of the declarations. */
export async function readOwnRows(
  admin: pg.Pool,
  sealing: Sealing,
  table: TableEntry,
  { userId, tenantId }: Owner,
): Promise<Row[]> {
  const { rows } = await admin.query<{ row: Row }>(
    `select to_jsonb(t) as row from ${placeOf(table)} t where t."${table.subjectColumn}" = $1`,
    [table.isOfAccount ? tenantId : userId],
  );
  const keyed = rows.map(({ row }) =>
    Object.fromEntries(table.columns.map(({ key, name }) => [key, row[name]])),
  );
  const sealed = sealedTableOf(table);
  return sealed === null ? keyed : openTableRows(sealing, sealed, keyed);
}

/** Adds what the person has no row of yet. */
async function addOneOfEverything(admin: pg.Pool, sealing: Sealing, owner: Owner): Promise<void> {
  for (const table of tablesAboutPersons()) {
    const held = await readOwnRows(admin, sealing, table, owner);
    const rows = chosen.get(placeOf(table)) ?? (held.length > 0 ? [] : [{}]);
    for (const [number, row] of rows.entries()) await addRow(admin, sealing, table, owner, row, number);
  }
}

async function addRow(
  admin: pg.Pool,
  sealing: Sealing,
  table: TableEntry,
  owner: Owner,
  changes: Row,
  number: number,
): Promise<void> {
  const { rows: identities } = await admin.query<{ name: string }>(
    `select column_name as name from information_schema.columns
     where table_schema = $1 and table_name = $2 and is_identity = 'YES'`,
    [table.schema, table.name],
  );
  const written = table.columns.filter(({ name }) => !identities.some((identity) => identity.name === name));
  const made = Object.fromEntries(
    written
      .filter(({ atRest }) => atRest !== 'index')
      .map((column) => [column.key, valueOf(table, column, owner, number)]),
  );
  const row = { ...made, ...changes };
  const sealed = sealedTableOf(table);
  const [whole = row] = sealed === null ? [row] : await sealTableRows(sealing, sealed, [row]);
  const client = await admin.connect();
  try {
    // What the row refers to is another person's, and need not be there.
    await client.query(`begin; set local session_replication_role = replica`);
    await client.query(
      `insert into ${placeOf(table)} (${written.map(({ name }) => `"${name}"`).join(', ')})
       values (${written.map((_, place) => `$${place + 1}`).join(', ')})`,
      written.map(({ key }) => whole[key] ?? null),
    );
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw new Error(
      `a row of ${placeOf(table)}: say in ${fixtureFileOf(table.schema)} what its checks ask for`,
      { cause: error },
    );
  } finally {
    client.release();
  }
}

type Column = TableEntry['columns'][number];

/** A value of its type that stands in no other column. */
function valueOf(table: TableEntry, column: Column, owner: Owner, number: number): unknown {
  const { name, key, valueType, words } = column;
  if (name === table.subjectColumn) return table.isOfAccount ? owner.tenantId : owner.userId;
  if (name === table.tenantColumn) return owner.tenantId;
  // Another person who is in the row: no value of this person.
  if (column.datum !== null && column.datum.subject !== table.rule.subject) return null;
  const [word] = words ?? [];
  if (word !== undefined) return word;
  const text = `${key}-of-${table.schema}-${table.name}-${number}-${owner.userId.slice(-6)}`;
  const place = table.columns.indexOf(column);
  switch (valueType) {
    case 'integer':
    case 'number':
    case 'bigint':
      return 1000 + 10 * place + number;
    case 'boolean':
      return true;
    case 'instant':
      return column.sealedType === null ? instant : new Date(instant);
    case 'json':
      return column.sealedType === null && lists.includes(name) ? [text] : { text };
    case 'bytes':
      return Buffer.from(text);
    case 'text':
      return key.endsWith('On') ? '2026-01-02' : text;
  }
}
