import type { Migration } from './migration-files.ts';

/** What a rule about a statement needs to know of the rest of its migration and of those before. Names without quotes. */
export interface Facts {
  /** `schema.table` made in the migration: no earlier release knows it. */
  readonly newTables: ReadonlySet<string>;
  /** Columns by table that are added in the migration. */
  readonly newColumns: ReadonlyMap<string, ReadonlySet<string>>;
  /** `schema.table.column` that gets a default in the migration. */
  readonly defaulted: ReadonlySet<string>;
  /** Definitions by `schema.table constraint`, as the migrations before have left them. */
  readonly checks: ReadonlyMap<string, string>;
  /** Unique indexes and constraints of the migrations before. */
  readonly uniqueNames: ReadonlySet<string>;
}

/** Patterns of a name and of a name that may have a schema, in quotes or not. */
export const name = '(?:"[^"]+"|[a-z_][a-z0-9_]*)';
export const place = `${name}(?:\\.${name})?`;

export function plainName(found: string): string {
  return found.replaceAll('"', '');
}

export function tableOf(statement: string): string | null {
  const found = new RegExp(`^ALTER TABLE (?:IF EXISTS )?(?:ONLY )?(${place})`, 'i').exec(statement)?.[1];
  return found === undefined ? null : plainName(found);
}

export interface CheckConstraint {
  readonly table: string;
  readonly constraint: string;
  readonly definition: string;
}

export function checkIn(statement: string): CheckConstraint | null {
  const table = tableOf(statement);
  const found = new RegExp(`\\bADD (?:CONSTRAINT (${name}) )?CHECK (.*)$`, 'is').exec(statement);
  if (table === null || found?.[2] === undefined) return null;
  return { table, constraint: plainName(found[1] ?? ''), definition: found[2] };
}

/** Single statements without comments; of one that changes a table in several ways, one per way. */
export function piecesOf(text: string): string[] {
  return text
    .replaceAll(/^\s*--.*$/gm, '')
    .split(/;[ \t]*(?:\n|$)/)
    .flatMap((statement) => {
      const trimmed = statement.trim().replaceAll(/[ \t]+/g, ' ');
      const head = new RegExp(`^ALTER TABLE (?:IF EXISTS )?(?:ONLY )?${place}`, 'i').exec(trimmed)?.[0];
      if (head === undefined) return trimmed === '' ? [] : [trimmed];
      const actions = trimmed.slice(head.length).split(/,\s*(?=(?:ADD|ALTER|DROP)\b)/i);
      return actions.map((action) => `${head} ${action.trim()}`);
    });
}

export function factsOf(migration: Pick<Migration, 'statements'>, former: readonly Migration[]): Facts {
  const earlier = former.flatMap(({ statements }) => statements.flatMap(piecesOf));
  return {
    ...additionsOf(migration.statements.flatMap(piecesOf)),
    checks: checksOf(earlier),
    uniqueNames: new Set(earlier.flatMap(uniqueNamesIn)),
  };
}

function additionsOf(statements: readonly string[]): Pick<Facts, 'newTables' | 'newColumns' | 'defaulted'> {
  const newTables = new Set<string>();
  const newColumns = new Map<string, Set<string>>();
  const defaulted = new Set<string>();
  for (const statement of statements) {
    const created = createdTable(statement);
    if (created !== null) newTables.add(created);
    const table = tableOf(statement);
    if (table === null) continue;
    const added = new RegExp(`\\bADD COLUMN (?:IF NOT EXISTS )?(${name})(.*)$`, 'is').exec(statement);
    if (added?.[1] !== undefined) {
      newColumns.set(table, (newColumns.get(table) ?? new Set<string>()).add(plainName(added[1])));
      if (/\b(DEFAULT|GENERATED)\b/i.test(added[2] ?? '')) defaulted.add(`${table}.${plainName(added[1])}`);
    }
    const filled = new RegExp(`\\bALTER COLUMN (${name}) SET DEFAULT`, 'i').exec(statement)?.[1];
    if (filled !== undefined) defaulted.add(`${table}.${plainName(filled)}`);
  }
  return { newTables, newColumns, defaulted };
}

function createdTable(statement: string): string | null {
  const found = new RegExp(`^CREATE TABLE (?:IF NOT EXISTS )?(${place})`, 'i').exec(statement)?.[1];
  return found === undefined ? null : plainName(found);
}

function checksOf(statements: readonly string[]): Map<string, string> {
  const checks = new Map<string, string>();
  for (const statement of statements) {
    const created = createdTable(statement);
    const inTable = statement.matchAll(new RegExp(`^\\s*CONSTRAINT (${name}) CHECK (.*?),?$`, 'gim'));
    for (const [, constraint = '', definition = ''] of created === null ? [] : inTable)
      checks.set(`${created} ${plainName(constraint)}`, definition);
    const added = checkIn(statement);
    if (added !== null) checks.set(`${added.table} ${added.constraint}`, added.definition);
  }
  return checks;
}

function uniqueNamesIn(statement: string): string[] {
  const found = statement.matchAll(
    new RegExp(
      `CREATE UNIQUE INDEX (?:IF NOT EXISTS )?(${name})|CONSTRAINT (${name}) (?:UNIQUE|PRIMARY KEY)`,
      'gi',
    ),
  );
  return [...found].map(([, index, constraint]) => plainName(index ?? constraint ?? ''));
}
