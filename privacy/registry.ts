import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { toSnakeCase } from 'drizzle-orm/casing';
import { getTableConfig } from 'drizzle-orm/pg-core';
import type { AnyDatum, DeclaredFacts, DeclaredTable, PolicyVocabulary } from './declare.ts';
import { sensitiveCategories, type RowVerb, type TableRule } from './declaration-types.ts';
import { DeclarationError } from './declaration-error.ts';
import { erasureContradictions } from './erasure/erasure-rules.ts';
import type { SealedTable } from './sealing/sealed-table.ts';
import type { SealedType } from './sealing/sealed-value.ts';
import {
  isFoundBySubject,
  cuttableColumns,
  leadingColumns,
  type ValueType,
  valueTypeOf,
} from './row-facts.ts';

export interface ColumnEntry {
  /** Key in TypeScript. */
  readonly key: string;
  /** Name in PostgreSQL. */
  readonly name: string;
  readonly datum: AnyDatum | null;
  readonly why: string | null;
  /** How values rest: sealed under the person's key, as the keyed index of a sealed column, or readable. */
  readonly atRest: 'sealed' | 'index' | 'clear';
  readonly sealedType: SealedType | null;
  /** Key of the sealed column an index belongs to. */
  readonly indexOf: string | null;
  readonly isNullable: boolean;
  /** What a value is when it has been read and opened. */
  readonly valueType: ValueType;
  /** The only words a clear text accepts, null where any text may stand. */
  readonly words: readonly string[] | null;
}

export interface TableEntry {
  readonly schema: string;
  readonly name: string;
  readonly rule: TableRule<string, string>;
  readonly columns: readonly ColumnEntry[];
  /** PostgreSQL names of the columns that carry the tenant and the person, if any. */
  readonly tenantColumn: string | null;
  readonly subjectColumn: string | null;
  /** PostgreSQL name of the primary key, null where it is composed of several columns. */
  readonly keyColumn: string | null;
  /** Whether an index finds one person's rows in the order of the primary key. */
  readonly isFoundBySubject: boolean;
  /** Columns an index over all rows begins with: the smallest and the largest value are found at once. */
  readonly leadingColumns: readonly string[];
  /** PostgreSQL names of references that may be null: erasure cuts them where others point to rows that go. */
  readonly cuttableColumns: readonly string[];
}

export type { ValueType };

/** Columns of schemas that a library creates (a job queue): declared by hand, because they are sinks too. */
export interface ExternalSchema {
  readonly schema: string;
  readonly why: string;
  /** Columns by table or view. */
  readonly tables: Readonly<Record<string, readonly string[]>>;
  /** Roles other than the owner that the library needs, with what they may do to every table of the schema. */
  readonly roles?: Readonly<Record<string, readonly RowVerb[]>>;
}

export interface Registry {
  readonly vocabulary: PolicyVocabulary;
  readonly tables: readonly TableEntry[];
  readonly external: readonly ExternalSchema[];
  /** SHA-256 over the canonical JSON (RFC 8785) of everything declared. Same hash, same promises. */
  readonly hash: string;
}

/** What `createPrivacy` returns, seen from here. */
export interface DeclaredTables {
  readonly vocabulary: PolicyVocabulary;
  declaredTables(): readonly DeclaredTable[];
}

const isoDuration = /^P(?!$)(\d+Y)?(\d+M)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?$/;

/**
 * Collects the declarations of an application and checks what types cannot.
 * @throws DeclarationError naming every contradiction at once.
 */
export function buildRegistry(privacy: DeclaredTables, external: readonly ExternalSchema[] = []): Registry {
  const tables = privacy.declaredTables().map(tableEntry);
  const { vocabulary } = privacy;
  const problems = tables.flatMap((table) => contradictions(table, vocabulary));
  if (problems.length > 0) throw new DeclarationError(problems);
  const canonical = canonicalize({ vocabulary, tables, external });
  if (canonical === undefined) throw new DeclarationError(['the declarations have no canonical form']);
  const hash = createHash('sha256').update(canonical).digest('hex');
  return { vocabulary, tables, external, hash };
}

function tableEntry(declared: DeclaredTable): TableEntry {
  const config = getTableConfig(declared.table);
  const columnOf = new Map(config.columns.map((column) => [toSnakeCase(column.name), column]));
  const columns = Object.entries(declared.columns).map(([key, facts]): ColumnEntry => {
    const base = facts.indexOf === null ? undefined : declared.columns[facts.indexOf];
    return {
      key,
      name: toSnakeCase(key),
      datum: base?.datum ? indexDatum(base.datum) : facts.datum,
      why: facts.why,
      atRest: atRestOf(facts),
      sealedType: facts.sealedType,
      indexOf: facts.indexOf,
      isNullable: columnOf.get(toSnakeCase(key))?.notNull !== true,
      valueType: valueTypeOf(columnOf.get(toSnakeCase(key)), facts.sealedType),
      words: columnOf.get(toSnakeCase(key))?.enumValues ?? null,
    };
  });
  const nameOf = (key: string | undefined) => columns.find((column) => column.key === key)?.name ?? null;
  const primary = config.columns.find((column) => column.primary);
  const keyColumn = primary === undefined ? null : toSnakeCase(primary.name);
  const subjectColumn = nameOf(declared.rule.subject);
  return {
    schema: config.schema ?? 'public',
    name: config.name,
    rule: declared.rule,
    columns,
    tenantColumn: typeof declared.rule.tenant === 'string' ? nameOf(declared.rule.tenant) : null,
    subjectColumn,
    keyColumn,
    isFoundBySubject: subjectColumn !== null && isFoundBySubject(declared.table, subjectColumn, keyColumn),
    leadingColumns: leadingColumns(declared.table),
    cuttableColumns: cuttableColumns(declared.table),
  };
}

function atRestOf(facts: DeclaredFacts): ColumnEntry['atRest'] {
  if (facts.indexOf !== null) return 'index';
  return facts.sealedType === null ? 'clear' : 'sealed';
}

/** An index is the datum in another form: same purposes, same end, but nothing to read or to correct. */
function indexDatum(base: AnyDatum): AnyDatum {
  return {
    ...base,
    title: { zh: `${base.title.zh}（检索值）`, en: `${base.title.en} (look-up value)` },
    export: { no: 'the look-up value of a datum that is in the export itself' },
    edit: { no: 'it follows the datum it belongs to' },
    log: 'never',
  };
}

/** What sealing and opening the rows of a table needs, null where nothing of it is sealed. */
export function sealedTableOf(table: TableEntry): SealedTable | null {
  const columns = table.columns.flatMap(({ key, name, datum, sealedType, isNullable }) =>
    sealedType === null || datum === null
      ? []
      : [{ key, column: name, type: sealedType, keyClass: datum.keyClass, isNullable }],
  );
  const keyKey = table.columns.find((column) => column.name === table.keyColumn)?.key;
  const subjectKey = table.rule.subject;
  if (columns.length === 0 || keyKey === undefined || subjectKey === undefined) return null;
  const indexes = table.columns.flatMap(({ key, name, indexOf }) =>
    indexOf === null ? [] : [{ key, of: indexOf, column: name }],
  );
  return { name: `${table.schema}.${table.name}`, keyKey, subjectKey, columns, indexes };
}

/** The entry of one declared table, for who works on its rows without the whole registry. */
export function describeTable(declared: DeclaredTable): TableEntry {
  return tableEntry(declared);
}

function contradictions(table: TableEntry, vocabulary: PolicyVocabulary): string[] {
  const found: string[] = [];
  const place = `${table.schema}.${table.name}`;
  const keys = new Set(table.columns.map((column) => column.key));
  const personalColumns = table.columns.filter((column) => column.datum !== null);

  for (const [purpose, verbs] of Object.entries(table.rule.access)) {
    const scope = vocabulary.purposes[purpose]?.scope;
    if (scope === 'tenant' && table.tenantColumn === null && personalColumns.length > 0) {
      found.push(
        `${place}: purpose ${purpose} sees one tenant's rows, but the personal rows name no tenant column`,
      );
    }
    if (scope === 'subject' && table.subjectColumn === null && verbs?.includes('select') === true) {
      found.push(
        `${place}: purpose ${purpose} sees one person's rows, but the table names no subject column`,
      );
    }
    if (verbs?.includes('insert') !== true) continue;
    for (const { key, datum } of personalColumns) {
      if (datum?.purposes.includes(purpose) === true) continue;
      found.push(`${place}.${key}: purpose ${purpose} may insert the row but is no purpose of the column`);
    }
  }
  for (const purpose of Object.keys(table.rule.afterErasure ?? {})) {
    if (table.rule.access[purpose] === undefined)
      found.push(`${place}: rows are kept for the purpose ${purpose}, which has no access to the table`);
    if (vocabulary.purposes[purpose]?.duringRestriction === 'stops')
      found.push(`${place}: rows are kept for the purpose ${purpose}, which even a restriction stops`);
  }
  if (table.subjectColumn !== null)
    for (const { key, datum, why } of table.columns)
      if (datum === null && (why === null || why.trim() === ''))
        found.push(
          `${place}.${key}: says why it tells nothing about the person whose row it is, or is declared personal`,
        );
  found.push(...sealingContradictions(table));
  if (personalColumns.length > 0 && table.rule.immutable === true) {
    found.push(`${place}: holds personal data, so a trigger that forbids deleting would forbid erasure`);
  }
  if (table.rule.immutable === 'references-end') {
    if (table.rule.rows !== 'keep-unlinked')
      found.push(`${place}: only references end, so the rows must say keep-unlinked`);
    for (const { key, datum, isNullable } of personalColumns)
      if (datum?.onErase !== 'unlink' && (datum?.onErase !== 'null' || !isNullable))
        found.push(`${place}.${key}: may only end as null or stay, because the row is append-only`);
  }
  if (personalColumns.length > 0 && typeof table.rule.rows === 'object' && 'notPersonal' in table.rule.rows) {
    found.push(`${place}: rows are declared not personal, but ${personalColumns[0]?.key} is`);
  }
  if (personalColumns.length > 0 && table.subjectColumn === null) {
    found.push(`${place}: holds personal data, so the row must carry its subject id`);
  }
  if (personalColumns.length > 0 && table.keyColumn === null) {
    found.push(
      `${place}: holds personal data, so its primary key must be one column, by which rows are named`,
    );
  }
  if (personalColumns.length > 0 && table.subjectColumn !== null && !table.isFoundBySubject) {
    const columns = [...new Set([table.subjectColumn, table.keyColumn ?? table.subjectColumn])].join(', ');
    found.push(
      `${place}: one person's rows must be found without reading everybody's, so it needs an index on (${columns})`,
    );
  }
  if (personalColumns.length > 0 && table.rule.title === undefined) {
    found.push(`${place}: holds personal data, so its rows need a title people understand`);
  }
  for (const { key, datum } of personalColumns) {
    if (datum === null) continue;
    found.push(...datumContradictions(`${place}.${key}`, datum, keys, vocabulary, table));
  }
  return [...found, ...erasureContradictions(table)];
}

function sealingContradictions(table: TableEntry): string[] {
  const place = `${table.schema}.${table.name}`;
  const sealed = table.columns.filter((column) => column.sealedType !== null);
  const found = table.columns.flatMap(({ key, indexOf }) =>
    indexOf === null || sealed.some((column) => column.key === indexOf)
      ? []
      : [`${place}.${key}: is the look-up column of ${indexOf}, which is no sealed column`],
  );
  if (sealed.some((column) => column.datum === null)) {
    found.push(`${place}: a sealed column holds personal data and must be declared so`);
  }
  if (sealed.length > 0 && table.keyColumn === null) {
    found.push(`${place}: has sealed columns, so its primary key must be one column`);
  }
  return found;
}

function datumContradictions(
  place: string,
  datum: AnyDatum,
  keys: ReadonlySet<string>,
  vocabulary: PolicyVocabulary,
  table: TableEntry,
): string[] {
  const found: string[] = [];
  if (!keys.has(datum.subject))
    found.push(`${place}: subject column ${datum.subject} does not exist in the row`);
  for (const duration of [datum.keep.max, datum.keep.min?.duration]) {
    if (duration !== undefined && !isoDuration.test(duration)) {
      found.push(`${place}: "${duration}" is not an ISO 8601 duration`);
    }
  }
  for (const [name, purpose] of Object.entries(vocabulary.purposes)) {
    if (purpose.engine !== 'export' || typeof datum.export === 'object') continue;
    if (!datum.purposes.includes(name)) {
      found.push(`${place}: may be exported, but is not readable for the purpose ${name} that exports`);
    }
  }
  const isSensitiveCategory = (sensitiveCategories as readonly string[]).includes(datum.category);
  if (isSensitiveCategory && datum.sensitive !== true) {
    found.push(`${place}: category ${datum.category} is sensitive (PIPL 28) but not declared so`);
  }
  for (const purpose of datum.purposes) {
    if (table.rule.access[purpose] === undefined) {
      found.push(`${place}: purpose ${purpose} has no access to the table`);
    }
    if (datum.sensitive === true && vocabulary.purposes[purpose]?.basis === 'consent') {
      found.push(
        `${place}: sensitive data needs a separate consent (PIPL 29), purpose ${purpose} has a plain one`,
      );
    }
  }
  return found;
}
