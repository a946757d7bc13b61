import { randomBytes } from 'node:crypto';
import {
  blindIndexBytes,
  envelopeOverheadBytes,
  type KeyClass,
  type KeyVault,
  openTableRows,
  type Registry,
  type SealedColumn,
  type SealedTable,
  sealedCheckName,
  sealedTableOf,
  sealedTextPattern,
  sealTableRows,
  type TableEntry,
  toSealedText,
} from '@candor/privacy-engine';
import pg from 'pg';
import { sealingOf, unknownSubject } from '../kernel/sealed-rows.ts';

/** A row under the names of TypeScript, sealed and plain values mixed. */
type Row = Record<string, unknown>;

const rowsPerBatch = 500;
const isSealed = new RegExp(sealedTextPattern);

/**
 * Seals what installations have written before a column was sealed, sets the look-up columns they did not have yet, and
 * then rewrites the tables, so that the plain
 * values are gone from heap, TOAST and indexes. Run by the owner before the server starts. May die at any point: what
 * is done stays done, and the check of a column becomes valid only after everything else.
 */
export async function sealExistingRows(
  client: pg.Client,
  registry: Registry,
  vault: KeyVault,
): Promise<void> {
  for (const entry of registry.tables) {
    const table = sealedTableOf(entry);
    if (table === null) continue;
    const waiting = await findWaitingChecks(client, entry);
    if (waiting.length === 0) continue;
    await sealTable(client, vault, entry, table);
    await rewrite(client, entry);
    for (const check of waiting)
      await client.query(`alter table ${nameOf(entry)} validate constraint ${pg.escapeIdentifier(check)}`);
  }
}

/** Checks that PostgreSQL enforces for new rows only: the mark that a table has not been looked through to its end. */
async function findWaitingChecks(client: pg.Client, entry: TableEntry): Promise<string[]> {
  const checks = entry.columns
    .filter(({ atRest }) => atRest !== 'clear')
    .map((column) => sealedCheckName(entry, column));
  const { rows } = await client.query<{ conname: string }>(
    `select conname from pg_constraint where conrelid = $1::regclass and not convalidated and conname = any($2) order by conname`,
    [nameOf(entry), checks],
  );
  return rows.map(({ conname }) => conname);
}

async function sealTable(
  client: pg.Client,
  vault: KeyVault,
  entry: TableEntry,
  table: SealedTable,
): Promise<void> {
  for (let lastKey = ''; ;) {
    const rows = await inOwnersTransaction(client, entry, async () => {
      const plain = await readPlainRows(client, entry, table, lastKey);
      await writeRows(client, entry, table, await sealAnew(vault, table, plain));
      return plain;
    });
    const last = rows.at(-1)?.[table.keyKey];
    if (typeof last !== 'string') return;
    lastKey = last;
  }
}

/** Row policies bind the owner too, so they are loosened for the owner alone, unseen by other roles. */
async function inOwnersTransaction<T>(
  client: pg.Client,
  entry: TableEntry,
  work: () => Promise<T>,
): Promise<T> {
  await client.query(`begin; alter table ${nameOf(entry)} no force row level security`);
  try {
    const result = await work();
    await client.query(`alter table ${nameOf(entry)} force row level security; commit`);
    return result;
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}

async function readPlainRows(
  client: pg.Client,
  entry: TableEntry,
  table: SealedTable,
  lastKey: string,
): Promise<Row[]> {
  const columnOf = columnNames(entry);
  const isPlain = table.columns.map(
    ({ column }) => `${quote(column)} !~ ${pg.escapeLiteral(sealedTextPattern)}`,
  );
  const isNotFound = table.indexes.map(
    ({ of, column }) => `(${quote(columnOf(of))} is not null and ${quote(column)} is null)`,
  );
  const values = [...table.columns, ...table.indexes].map(({ key }) => key);
  const keys = [table.keyKey, table.subjectKey, ...values];
  const selected = [...new Set(keys)].map((key) => `${quote(columnOf(key))} as ${quote(key)}`);
  const { rows } = await client.query<Row>(
    `select ${selected.join(', ')} from ${nameOf(entry)}
     where ${quote(columnOf(table.keyKey))} > $1 and (${[...isPlain, ...isNotFound].join(' or ')})
     order by ${quote(columnOf(table.keyKey))} limit ${rowsPerBatch}`,
    [lastKey],
  );
  return rows;
}

/** The rows with every sealed column sealed and every look-up column set, whatever state each value was in. */
async function sealAnew(vault: KeyVault, table: SealedTable, rows: readonly Row[]): Promise<Row[]> {
  const sealing = sealingOf({ vault });
  const opened = await openTableRows(
    sealing,
    table,
    rows.map((row) => pick(table, row, (value) => isSealed.test(value))),
  );
  const plain = rows.map((row, index) => ({
    ...pick(table, row, (value) => !isSealed.test(value), parsePlain),
    ...opened[index],
  }));
  const isErased = await findErased(vault, table, plain);
  const closed = plain.map((row, index) => closedKeys(table, rows[index] ?? {}, row));
  const sealed = await sealTableRows(
    sealing,
    table,
    plain.map((row, index) =>
      omit(row, new Set([...erasedKeys(table, row, isErased), ...(closed[index] ?? [])])),
    ),
  );
  return sealed.map((row, index) => ({
    ...row,
    ...unfindable(table, rows[index] ?? {}, closed[index] ?? new Set()),
    ...scrambled(table, plain[index] ?? {}, isErased),
  }));
}

/** Envelopes that do not open: they stay as they are, because damage is evidence. */
function closedKeys(table: SealedTable, stored: Row, opened: Row): ReadonlySet<string> {
  const isClosed = ({ key }: SealedColumn) =>
    typeof stored[key] === 'string' &&
    isSealed.test(stored[key]) &&
    (opened[key] === '' || opened[key] === null);
  return new Set(table.columns.filter(isClosed).map(({ key }) => key));
}

/** A look-up value that nothing leads to, where the value cannot be opened and none stands beside it. */
function unfindable(table: SealedTable, stored: Row, closed: ReadonlySet<string>): Row {
  const missing = table.indexes.filter(({ key, of }) => closed.has(of) && stored[key] === null);
  return Object.fromEntries(missing.map(({ key }) => [key, randomIndex()]));
}

function randomIndex(): string {
  return randomBytes(blindIndexBytes).toString('base64url');
}

/** Key, subject and the sealed columns whose text fulfils a condition. */
function pick(
  table: SealedTable,
  row: Row,
  condition: (value: string) => boolean,
  parse: (column: SealedColumn, value: string) => unknown = (_, value) => value,
): Row {
  const chosen = table.columns.flatMap((column): [string, unknown][] => {
    const value = row[column.key];
    return typeof value === 'string' && condition(value) ? [[column.key, parse(column, value)]] : [];
  });
  return {
    ...Object.fromEntries(chosen),
    [table.keyKey]: row[table.keyKey],
    [table.subjectKey]: row[table.subjectKey],
  };
}

function parsePlain(column: SealedColumn, value: string): unknown {
  return column.type === 'json' ? JSON.parse(value) : value;
}

type IsErased = (row: Row, keyClass: KeyClass) => boolean;

/** Restoring a dump from before the sealing brings back people who were erased since. */
async function findErased(vault: KeyVault, table: SealedTable, rows: readonly Row[]): Promise<IsErased> {
  const nameOfKey = (row: Row, keyClass: KeyClass) => `${keyClass} ${subjectOf(table, row)}`;
  const states = new Map<string, boolean>();
  for (const row of rows) {
    for (const { keyClass } of table.columns) {
      const name = nameOfKey(row, keyClass);
      if (states.has(name)) continue;
      states.set(name, (await vault.find(subjectOf(table, row), keyClass)).state === 'destroyed');
    }
  }
  return (row, keyClass) => states.get(nameOfKey(row, keyClass)) === true;
}

function subjectOf(table: SealedTable, row: Row): string {
  const subject = row[table.subjectKey];
  return typeof subject === 'string' ? subject : unknownSubject(String(row[table.keyKey]));
}

function erasedKeys(table: SealedTable, row: Row, isErased: IsErased): ReadonlySet<string> {
  return new Set(table.columns.flatMap(({ key, keyClass }) => (isErased(row, keyClass) ? [key] : [])));
}

function omit(row: Row, keys: ReadonlySet<string>): Row {
  return Object.fromEntries(Object.entries(row).filter(([key]) => !keys.has(key)));
}

/** What has the form of values whose key was destroyed: it opens as erased, and no look-up finds it. */
function scrambled(table: SealedTable, row: Row, isErased: IsErased): Row {
  const erased = erasedKeys(table, row, isErased);
  const isThere = (key: string) => erased.has(key) && typeof row[key] === 'string';
  return Object.fromEntries([
    ...table.columns.flatMap(({ key }) => (isThere(key) ? [[key, toSealedText(strayEnvelope())]] : [])),
    ...table.indexes.flatMap(({ key, of }) => (isThere(of) ? [[key, randomIndex()]] : [])),
  ]) as Row;
}

/** Format 1, version 1, and nothing that was ever sealed. */
function strayEnvelope(): Buffer {
  const envelope = randomBytes(envelopeOverheadBytes);
  envelope.set([1, 0, 0, 0, 1]);
  return envelope;
}

async function writeRows(
  client: pg.Client,
  entry: TableEntry,
  table: SealedTable,
  rows: readonly Row[],
): Promise<void> {
  if (rows.length === 0) return;
  const columnOf = columnNames(entry);
  const written = [...table.columns.map(({ key }) => key), ...table.indexes.map(({ key }) => key)];
  const keys = [table.keyKey, ...written];
  const parameters = keys.map((key) => rows.map((row) => row[key] ?? null));
  const names = keys.map((_, index) => `v${index}`).join(', ');
  const arrays = keys.map((_, index) => `$${index + 1}::text[]`).join(', ');
  // Only what is here is written: a value that could not be opened keeps its envelope.
  const sets = written.map((key, index) => {
    const column = quote(columnOf(key));
    return `${column} = coalesce(sealed.v${index + 1}, t.${column})`;
  });
  await client.query(
    `update ${nameOf(entry)} t set ${sets.join(', ')} from unnest(${arrays}) as sealed (${names})
     where t.${quote(columnOf(table.keyKey))} = sealed.v0`,
    parameters,
  );
}

/** A new file for the heap, its TOAST and every index; the old ones, with the plain values, are deleted. */
async function rewrite(client: pg.Client, entry: TableEntry): Promise<void> {
  const { rows } = await client.query<{ isEmpty: boolean }>(
    'select pg_relation_size($1::regclass) = 0 as "isEmpty"',
    [nameOf(entry)],
  );
  if (rows[0]?.isEmpty === true) return;
  await client.query(`vacuum full ${nameOf(entry)}`);
}

function columnNames(entry: TableEntry): (key: string) => string {
  const nameByKey = new Map(entry.columns.map(({ key, name }) => [key, name]));
  return (key) => {
    const name = nameByKey.get(key);
    if (name === undefined) throw new Error(`${entry.schema}.${entry.name} has no column ${key}`);
    return name;
  };
}

function nameOf({ schema, name }: TableEntry): string {
  return `${quote(schema)}.${quote(name)}`;
}

function quote(name: string): string {
  return pg.escapeIdentifier(name);
}
