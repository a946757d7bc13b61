import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { toSnakeCase } from 'drizzle-orm/casing';
import { getTableConfig } from 'drizzle-orm/pg-core';
import type { AnyDatum, DeclaredTable, PolicyVocabulary } from './declare.ts';
import { sensitiveCategories, type RowVerb, type TableRule } from './declaration-types.ts';
import { DeclarationError } from './declaration-error.ts';

export interface ColumnEntry {
  /** Key in TypeScript. */
  readonly key: string;
  /** Name in PostgreSQL. */
  readonly name: string;
  readonly datum: AnyDatum | null;
  readonly why: string | null;
}

export interface TableEntry {
  readonly schema: string;
  readonly name: string;
  readonly rule: TableRule<string, string>;
  readonly columns: readonly ColumnEntry[];
  /** PostgreSQL names of the columns that carry the tenant and the person, if any. */
  readonly tenantColumn: string | null;
  readonly subjectColumn: string | null;
}

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
  const columns = Object.entries(declared.columns).map(([key, { datum, why }]) => ({
    key,
    name: toSnakeCase(key),
    datum,
    why,
  }));
  const nameOf = (key: string | undefined) => columns.find((column) => column.key === key)?.name ?? null;
  return {
    schema: config.schema ?? 'public',
    name: config.name,
    rule: declared.rule,
    columns,
    tenantColumn: typeof declared.rule.tenant === 'string' ? nameOf(declared.rule.tenant) : null,
    subjectColumn: nameOf(declared.rule.subject),
  };
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
  if (personalColumns.length > 0 && typeof table.rule.rows === 'object' && 'notPersonal' in table.rule.rows) {
    found.push(`${place}: rows are declared not personal, but ${personalColumns[0]?.key} is`);
  }
  if (personalColumns.length > 0 && table.subjectColumn === null) {
    found.push(`${place}: holds personal data, so the row must carry its subject id`);
  }
  if (personalColumns.length > 0 && table.rule.title === undefined) {
    found.push(`${place}: holds personal data, so its rows need a title people understand`);
  }
  for (const { key, datum } of personalColumns) {
    if (datum === null) continue;
    found.push(...datumContradictions(`${place}.${key}`, datum, keys, vocabulary, table));
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
