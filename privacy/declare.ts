import { type BuildColumns, type BuildExtraConfigColumns, getTableUniqueName } from 'drizzle-orm';
import type {
  PgColumnBuilderBase,
  PgSchema,
  PgTable,
  PgTableExtraConfigValue,
  PgTableWithColumns,
} from 'drizzle-orm/pg-core';
import type {
  Datum,
  LocalisedText,
  PurposeDefinition,
  RecipientDefinition,
  TableRule,
} from './declaration-types.ts';

/** A column with its answer to "is this about a person?". Without one, `privacyTable` does not accept it. */
export interface DeclaredColumn<B extends PgColumnBuilderBase = PgColumnBuilderBase> {
  readonly builder: B;
  readonly datum: AnyDatum | null;
  readonly why: string | null;
}
export type AnyDatum = Datum<string, string, string, string>;
export type DeclaredColumns = Record<string, DeclaredColumn>;
type Builders<C extends DeclaredColumns> = { [K in keyof C]: C[K]['builder'] };

/** What `buildRegistry` reads back: the table and everything declared about it. */
export interface DeclaredTable {
  readonly table: PgTable;
  readonly rule: TableRule<string, string>;
  readonly columns: Readonly<
    Record<string, { readonly datum: AnyDatum | null; readonly why: string | null }>
  >;
}

export interface PolicyVocabulary {
  readonly purposes: Record<string, PurposeDefinition>;
  readonly recipients: Record<string, RecipientDefinition>;
  /** Groups of the collection list, in the order they are published. */
  readonly services: Record<string, LocalisedText>;
  /** Events from which retention counts. */
  readonly anchors: Record<string, LocalisedText>;
}

/** Text and JSON can hide a person; numbers, booleans and instants need no excuse. */
type NeedsReason<B extends PgColumnBuilderBase> = B['_']['dataType'] extends
  | 'string'
  | 'json'
  | 'custom'
  | 'array'
  ? true
  : false;

/**
 * Binds the vocabulary of one application. The functions it returns are the only way to declare a table, and they
 * share one list, so that a declaration cannot be forgotten in the registry.
 */
export function createPrivacy<const V extends PolicyVocabulary>(vocabulary: V) {
  type Purpose = keyof V['purposes'] & string;
  type AppDatum = Datum<
    Purpose,
    keyof V['recipients'] & string,
    keyof V['services'] & string,
    keyof V['anchors'] & string
  >;
  const declared: DeclaredTable[] = [];

  /** A column that holds personal data. */
  function personal<B extends PgColumnBuilderBase>(builder: B, datum: AppDatum): DeclaredColumn<B> {
    return { builder, datum, why: null };
  }

  /** A column that holds none. Text and JSON must say why. */
  function plain<B extends PgColumnBuilderBase>(
    builder: B,
    ...why: NeedsReason<B> extends true ? [why: string] : [why?: string]
  ): DeclaredColumn<B> {
    return { builder, datum: null, why: why[0] ?? null };
  }

  /** A Drizzle table whose every column and row has declared its privacy facts. */
  function privacyTable<S extends string, N extends string, C extends DeclaredColumns>(
    schema: PgSchema<S>,
    name: N,
    columns: C,
    rule: TableRule<Purpose, keyof C & string>,
    extra?: (table: BuildExtraConfigColumns<N, Builders<C>, 'pg'>) => PgTableExtraConfigValue[],
  ): PgTableWithColumns<{ name: N; schema: S; columns: BuildColumns<N, Builders<C>, 'pg'>; dialect: 'pg' }> {
    const builders = buildersOf(columns);
    const table = schema.table(name, builders, extra);
    declared.push({
      table,
      rule,
      columns: Object.fromEntries(
        Object.entries(columns).map(([key, column]) => [key, { datum: column.datum, why: column.why }]),
      ),
    });
    return table;
  }

  /** Every table declared so far, in order of schema and name. */
  function declaredTables(): readonly DeclaredTable[] {
    return [...declared].sort((a, b) =>
      getTableUniqueName(a.table).localeCompare(getTableUniqueName(b.table)),
    );
  }

  return { vocabulary, personal, plain, privacyTable, declaredTables };
}

/** Guarantee: a mapped type over the same keys, so the cast only says what `Object.fromEntries` forgets. */
function buildersOf<C extends DeclaredColumns>(columns: C): Builders<C> {
  return Object.fromEntries(
    Object.entries(columns).map(([key, column]) => [key, column.builder]),
  ) as Builders<C>;
}
