import { contractOf } from './contract-note.ts';
import type { Migration } from './migration-files.ts';
import {
  checkIn,
  type Facts,
  factsOf,
  name,
  piecesOf,
  place,
  plainName,
  tableOf,
} from './migration-facts.ts';

export interface BreakingStatement {
  readonly statement: string;
  readonly reason: string;
}

/**
 * The statements of a migration that a process of the former release, which goes on beside it, does not survive: they
 * take away or narrow what it reads and writes. One that says in a contract note since which release nothing uses it
 * any more is accepted.
 * @param former the migrations before it, oldest first.
 */
export function findBreakingStatements(
  migration: Pick<Migration, 'statements'>,
  former: readonly Migration[],
): BreakingStatement[] {
  const facts = factsOf(migration, former);
  return migration.statements.flatMap((text): BreakingStatement[] => {
    const found = piecesOf(text).flatMap((statement) =>
      rules.flatMap((rule): BreakingStatement[] => {
        const reason = rule(statement, facts);
        return reason === null ? [] : [{ statement, reason }];
      }),
    );
    const contract = contractOf(text);
    if (contract === null) return found;
    if (found.length === 0)
      return [{ statement: text.trim(), reason: 'a contract note above a statement that breaks nothing' }];
    if (former.some(({ tag }) => tag === contract)) return [];
    return [
      {
        statement: text.trim(),
        reason: `the contract note names ${contract}, which is no earlier migration`,
      },
    ];
  });
}

/** @returns why the statement breaks the former release, null when it does not. */
type Rule = (statement: string, facts: Facts) => string | null;

const rules: readonly Rule[] = [
  dropped,
  matching(/^ALTER\b.*\bRENAME\b/is, 'renames what the former release uses'),
  matching(/^ALTER\b.*\bSET SCHEMA\b/is, 'moves what the former release uses'),
  matching(/^TRUNCATE\b/i, 'empties a table under the former release'),
  changedColumn,
  requiredColumn,
  requiredLater,
  narrowedCheck,
  narrowedRows,
  lostUniqueness,
];

function matching(pattern: RegExp, reason: string): Rule {
  return (statement) => (pattern.test(statement) ? reason : null);
}

const keptByDrop = '(?:INDEX|CONSTRAINT|POLICY|TRIGGER|NOT NULL|DEFAULT|EXPRESSION|IDENTITY)';

function dropped(statement: string): string | null {
  const isDropped = new RegExp(`^(?:DROP|ALTER\\b.*\\bDROP) (?!${keptByDrop}\\b)`, 'is').test(statement);
  return isDropped ? 'drops what the former release uses' : null;
}

/** A table or column that the migration itself makes is known to no earlier release. */
function changedColumn(statement: string, facts: Facts): string | null {
  const column = alteredColumn(statement);
  if (column === null || isNew(column, facts)) return null;
  if (/\bALTER COLUMN \S+ (SET DATA )?TYPE\b/i.test(statement)) return 'changes the type of a column';
  return /\bDROP (DEFAULT|EXPRESSION|IDENTITY)\b/i.test(statement)
    ? 'takes away a value that the former release leaves to the database'
    : null;
}

interface Column {
  readonly table: string;
  readonly column: string;
}

function alteredColumn(statement: string): Column | null {
  const table = tableOf(statement);
  const column = new RegExp(`\\bALTER (?:COLUMN )?(${name})`, 'i').exec(
    statement.replace(/^ALTER TABLE/i, ''),
  );
  return table === null || column?.[1] === undefined ? null : { table, column: plainName(column[1]) };
}

function isNew({ table, column }: Column, { newTables, newColumns }: Facts): boolean {
  return newTables.has(table) || newColumns.get(table)?.has(column) === true;
}

function requiredColumn(statement: string, { newTables }: Facts): string | null {
  const table = tableOf(statement);
  const isAdding = /\bADD (COLUMN|(?!CONSTRAINT|CHECK|UNIQUE|PRIMARY|FOREIGN|EXCLUDE))/i.test(statement);
  if (table === null || newTables.has(table) || !isAdding) return null;
  const isRequired = /\bNOT NULL\b/i.test(statement) && !/\b(DEFAULT|GENERATED)\b/i.test(statement);
  return isRequired ? 'adds a required column without a default: the former release can insert no row' : null;
}

function requiredLater(statement: string, facts: Facts): string | null {
  const column = alteredColumn(statement);
  if (column === null || !/\bSET NOT NULL\b/i.test(statement) || facts.newTables.has(column.table))
    return null;
  const isFilled = isNew(column, facts) && facts.defaulted.has(`${column.table}.${column.column}`);
  return isFilled ? null : 'makes a column required that the former release may leave empty';
}

function narrowedCheck(statement: string, facts: Facts): string | null {
  const check = checkIn(statement);
  if (check === null || isOnlyAboutNew(check.table, check.definition, facts)) return null;
  const before = facts.checks.get(`${check.table} ${check.constraint}`);
  if (before !== undefined && acceptsAllOf(check.definition, before)) return null;
  return 'narrows what may be written: a check that is new or accepts less than before';
}

/** The same condition, with no word fewer in its list. */
function acceptsAllOf(now: string, before: string): boolean {
  const shapeOf = (definition: string) =>
    definition
      .replaceAll(/\bin \((\s*'(?:[^']|'')*'\s*,?)+\)/gi, 'in (…)')
      .replaceAll(/[\s;]+/g, ' ')
      .trim();
  if (shapeOf(now) !== shapeOf(before)) return false;
  // Fewer words in a list accept more where the list is negated.
  if (/\bnot\b/i.test(now)) return now.replaceAll(/[\s;]+/g, '') === before.replaceAll(/[\s;]+/g, '');
  const words = new Set(now.match(literals));
  return (before.match(literals) ?? []).every((word) => words.has(word));
}

const literals = /'(?:[^']|'')*'/g;

function narrowedRows(statement: string, facts: Facts): string | null {
  const indexed = new RegExp(
    `^CREATE UNIQUE INDEX (?:CONCURRENTLY )?(?:IF NOT EXISTS )?${name} ON (?:ONLY )?(${place})(.*)$`,
    'is',
  ).exec(statement);
  const constrained = /\b(?:UNIQUE|PRIMARY KEY|FOREIGN KEY|EXCLUDE)\b(.*)$/is.exec(
    /\bADD (?:CONSTRAINT|UNIQUE|PRIMARY|FOREIGN|EXCLUDE)\b/i.test(statement) ? statement : '',
  );
  const table = indexed?.[1] === undefined ? tableOf(statement) : plainName(indexed[1]);
  const definition = indexed?.[2] ?? constrained?.[1]?.replace(/\bREFERENCES\b.*$/is, '');
  if (table === null || definition === undefined || isOnlyAboutNew(table, definition, facts)) return null;
  return 'narrows what may be written: unique, or a reference, where it was free before';
}

/** Whether every column that a definition names is added in this migration. Names without quotes are not looked at. */
function isOnlyAboutNew(table: string, definition: string, { newTables, newColumns }: Facts): boolean {
  if (newTables.has(table)) return true;
  const added = newColumns.get(table);
  const owner = table.split('.').map((part) => `"${part}"`);
  const named = definition.replaceAll(`${owner.join('.')}.`, '').match(/"[^"]+"/g) ?? [];
  return added !== undefined && named.length > 0 && named.every((column) => added.has(plainName(column)));
}

function lostUniqueness(statement: string, { uniqueNames }: Facts): string | null {
  const found = new RegExp(
    `\\bDROP (?:INDEX|CONSTRAINT)(?: CONCURRENTLY)?(?: IF EXISTS)? (${place})`,
    'i',
  ).exec(statement)?.[1];
  if (found === undefined) return null;
  return uniqueNames.has(plainName(found).split('.').at(-1) ?? '')
    ? 'drops a unique index, which the former release may name in "on conflict"'
    : null;
}
