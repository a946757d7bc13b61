import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { toSnakeCase } from 'drizzle-orm/casing';
import { getTableConfig, type PgTable } from 'drizzle-orm/pg-core';
import type { AnyDatum, DeclaredFacts, DeclaredTable, IndexForm, PolicyVocabulary } from './declare.ts';
import type { Access, LocalisedText, RowVerb, TableRule } from './declaration-types.ts';
import { DeclarationError } from './declaration-error.ts';
import { findContradictions } from './find-contradictions.ts';
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
  /** What the index compares instead of the value itself. */
  readonly indexForm: IndexForm | null;
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
  /** Whether the subject is a paying account: its rows are the person's whose own account it is. */
  readonly isOfAccount: boolean;
  /** PostgreSQL name of the column rows are named by and listed in the order of, null where the primary key is composed. */
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
  /** Its texts are words of the application, never of a person: a name that equals one of them proves nothing there. */
  readonly holdsOwnWords?: true;
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

/** Words of columns whose codes come from many places, by the name a `wordList` uses. */
export type WordLists = Readonly<Record<string, Readonly<Record<string, LocalisedText>>>>;

/** What the parts of an application bring beyond its vocabulary. */
export interface BroughtParts {
  readonly purposes?: PolicyVocabulary['purposes'];
  readonly recipients?: PolicyVocabulary['recipients'];
  readonly wordLists?: WordLists;
}

/**
 * Collects the declarations of an application and checks what types cannot.
 * @param order the tables of the application, in the order they are published; without it, as they were declared.
 * @throws DeclarationError naming every contradiction at once.
 */
export function buildRegistry(
  privacy: DeclaredTables,
  external: readonly ExternalSchema[] = [],
  order: readonly PgTable[] = privacy.declaredTables().map(({ table }) => table),
  brought: BroughtParts = {},
): Registry {
  const tables = inOrder(privacy.declaredTables(), order).map((table) => tableEntry(table, brought));
  const vocabulary: PolicyVocabulary = {
    ...privacy.vocabulary,
    purposes: { ...privacy.vocabulary.purposes, ...brought.purposes },
    recipients: { ...privacy.vocabulary.recipients, ...brought.recipients },
  };
  const problems = tables.flatMap((table) => findContradictions(table, vocabulary));
  if (problems.length > 0) throw new DeclarationError(problems);
  // Through JSON, which leaves out functions.
  const canonical = canonicalize(JSON.parse(JSON.stringify({ vocabulary, tables, external })));
  if (canonical === undefined) throw new DeclarationError(['the declarations have no canonical form']);
  const hash = createHash('sha256').update(canonical).digest('hex');
  return { vocabulary, tables, external, hash };
}

function inOrder(declared: readonly DeclaredTable[], order: readonly PgTable[]): DeclaredTable[] {
  const byTable = new Map(declared.map((one) => [one.table, one]));
  return order.map((table) => {
    const found = byTable.get(table);
    if (found === undefined) throw new DeclarationError([`${getTableConfig(table).name} is not declared`]);
    return found;
  });
}

function tableEntry(
  declared: DeclaredTable,
  { purposes = {}, wordLists = {} }: BroughtParts = {},
): TableEntry {
  const broughtPurposes = Object.keys(purposes);
  const rule = { ...declared.rule, access: wholeAccess(declared.rule.access, broughtPurposes) };
  const config = getTableConfig(declared.table);
  const columnOf = new Map(config.columns.map((column) => [toSnakeCase(column.name), column]));
  const whole = (datum: AnyDatum) => withWords(withPurposes(datum, broughtPurposes), wordLists);
  const columns = Object.entries(declared.columns).map(([key, facts]): ColumnEntry => {
    const base = facts.indexOf === null ? undefined : declared.columns[facts.indexOf];
    return {
      key,
      name: toSnakeCase(key),
      datum: base?.datum ? indexDatum(whole(base.datum)) : facts.datum && whole(facts.datum),
      why: facts.why,
      atRest: atRestOf(facts),
      sealedType: facts.sealedType,
      indexOf: facts.indexOf,
      indexForm: facts.indexForm,
      isNullable: columnOf.get(toSnakeCase(key))?.notNull !== true,
      valueType: valueTypeOf(columnOf.get(toSnakeCase(key)), facts.sealedType),
      words: columnOf.get(toSnakeCase(key))?.enumValues ?? null,
    };
  });
  const nameOf = (key: string | undefined) => columns.find((column) => column.key === key)?.name ?? null;
  const primary = config.columns.find((column) => column.primary);
  const keyColumn = nameOf(declared.rule.key) ?? (primary === undefined ? null : toSnakeCase(primary.name));
  const subjectColumn = nameOf(declared.rule.subject);
  return {
    schema: config.schema ?? 'public',
    name: config.name,
    rule,
    columns,
    tenantColumn: typeof declared.rule.tenant === 'string' ? nameOf(declared.rule.tenant) : null,
    subjectColumn,
    isOfAccount: declared.rule.subjectIs === 'account',
    keyColumn,
    isFoundBySubject: subjectColumn !== null && isFoundBySubject(declared.table, subjectColumn, keyColumn),
    leadingColumns: leadingColumns(declared.table),
    cuttableColumns: cuttableColumns(declared.table),
  };
}

function withWords(datum: AnyDatum, wordLists: WordLists): AnyDatum {
  if (datum.wordList === undefined) return datum;
  const words = wordLists[datum.wordList];
  return words === undefined ? datum : { ...datum, words };
}

function withPurposes(datum: AnyDatum, brought: readonly string[]): AnyDatum {
  if (!datum.purposes.includes('*')) return datum;
  const named = datum.purposes.filter((purpose) => purpose !== '*');
  const [first, ...others] = new Set([...named, ...brought]);
  return first === undefined ? datum : { ...datum, purposes: [first, ...others] };
}

function wholeAccess(access: Access<string>, brought: readonly string[]): Access<string> {
  const { '*': others, ...named } = access;
  if (others === undefined) return access;
  return { ...Object.fromEntries(brought.map((purpose) => [purpose, others])), ...named };
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
    export: {
      no: {
        zh: '是副本中已有信息的查找值',
        en: 'the look-up value of a datum that is in the export itself',
      },
    },
    edit: { no: { zh: '随其所属的信息一起变化', en: 'it follows the datum it belongs to' } },
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
  const indexes = table.columns.flatMap(({ key, name, indexOf, indexForm }) =>
    indexOf === null ? [] : [{ key, of: indexOf, column: name, form: indexForm }],
  );
  return { name: `${table.schema}.${table.name}`, keyKey, subjectKey, columns, indexes };
}

/** The entry of one declared table, for code that works on its rows without the whole registry. */
export function describeTable(declared: DeclaredTable): TableEntry {
  return tableEntry(declared);
}
