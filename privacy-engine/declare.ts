import { type BuildColumns, type BuildExtraConfigColumns, getTableUniqueName } from 'drizzle-orm';
import { text } from 'drizzle-orm/pg-core';
import type {
  PgColumnBuilderBase,
  PgSchema,
  PgTable,
  PgTableExtraConfigValue,
  PgTableWithColumns,
} from 'drizzle-orm/pg-core';
import type { Laws } from './cite-law.ts';
import type {
  Datum,
  LocalisedText,
  PurposeDefinition,
  RecipientDefinition,
  TableRule,
} from './declaration-types.ts';
import type { BlindIndex, Sealed } from './sealing/sealed-table.ts';
import type { JsonValue, SealedType } from './sealing/sealed-value.ts';

/** A column with its answer to "is this about a person?". Without one, `privacyTable` does not accept it. */
export interface DeclaredColumn<B extends PgColumnBuilderBase = PgColumnBuilderBase> {
  readonly builder: B;
  readonly datum: AnyDatum | null;
  readonly why: string | null;
  /** Key of the sealed column this one finds equal values of. */
  readonly indexOf: string | null;
  /** What is compared instead of the value itself, see `blindIndex`. */
  readonly indexForm?: IndexForm | undefined;
}
/** Of values that are to be found as one: the same text. */
export type IndexForm = (value: string) => string;
export type AnyDatum = Datum<string, string, string, string>;
export type DeclaredColumns = Record<string, DeclaredColumn>;
/** A column that is personal, finds a personal one, or says why it is neither. */
export type ExplainedColumn = DeclaredColumn &
  ({ readonly datum: AnyDatum } | { readonly indexOf: string } | { readonly why: string });
/** A row of a person or of an account says nothing about them that is not declared: each of its columns is explained. */
type OwnerRule<C extends DeclaredColumns> =
  C extends Record<string, ExplainedColumn>
    ? unknown
    : { readonly subject?: never; readonly tenant: { readonly none: string } };
type Builders<C extends DeclaredColumns> = { [K in keyof C]: C[K]['builder'] };

/** What `buildRegistry` reads back: the table and everything declared about it. */
export interface DeclaredTable {
  readonly table: PgTable;
  readonly rule: TableRule<string, string>;
  readonly columns: Readonly<Record<string, DeclaredFacts>>;
}

export interface DeclaredFacts {
  readonly datum: AnyDatum | null;
  readonly why: string | null;
  readonly indexOf: string | null;
  readonly indexForm: IndexForm | null;
  /** What is sealed in the column, null where values are readable. */
  readonly sealedType: SealedType | null;
}

export interface PolicyVocabulary {
  readonly purposes: Record<string, PurposeDefinition>;
  readonly recipients: Record<string, RecipientDefinition>;
  /** Groups of the collection list, in the order they are published. */
  readonly services: Record<string, LocalisedText>;
  /** Events from which retention counts. */
  readonly anchors: Record<string, LocalisedText>;
  /** The laws that are cited; without them a citation is shown as it is written. */
  readonly laws?: Laws;
}

/** Text and JSON can hide a person; numbers, booleans and instants need no excuse. */
type NeedsReason<B extends PgColumnBuilderBase> = B['_']['dataType'] extends
  | 'string'
  | 'json'
  | 'custom'
  | 'array'
  ? true
  : false;

/** A sealed column hides its values; any other text or JSON about a person must say why it is readable at rest. */
type AtRest<B extends PgColumnBuilderBase> = B['_'] extends { $type: Sealed<unknown> }
  ? { readonly clear?: never }
  : NeedsReason<B> extends true
    ? { readonly clear: string }
    : unknown;

/** What is sealed in the columns made here. Drizzle's builders return themselves, so the builder is the key. */
const sealedTypeOf = new WeakMap<PgColumnBuilderBase, SealedType>();

/** A column of sealed text: plain text is refused by the compiler and by a check of the database. */
export function sealedText() {
  const builder = text().$type<Sealed<string>>();
  sealedTypeOf.set(builder, 'text');
  return builder;
}

/** A column of sealed JSON. */
export function sealedJson<V extends JsonValue>() {
  const builder = text().$type<Sealed<V>>();
  sealedTypeOf.set(builder, 'json');
  return builder;
}

/** The type of look-up columns, see `blindIndex`. */
export function indexText() {
  return text().$type<BlindIndex>();
}

/** Names that parts of an application add to its vocabulary; their definitions come with `buildRegistry`. */
export interface BroughtNames {
  readonly purpose: string;
  readonly recipient: string;
}

/**
 * Binds the vocabulary of one application. The functions it returns are the only way to declare a table, and they
 * share one list, so that a declaration cannot be forgotten in the registry.
 */
export function createPrivacy<
  const V extends PolicyVocabulary,
  Brought extends BroughtNames = { purpose: never; recipient: never },
>(vocabulary: V) {
  type Purpose = (keyof V['purposes'] & string) | Brought['purpose'];
  type AppDatum = Datum<
    Purpose,
    (keyof V['recipients'] & string) | Brought['recipient'],
    keyof V['services'] & string,
    keyof V['anchors'] & string
  >;
  const declared: DeclaredTable[] = [];

  /** A column that holds personal data. */
  function personal<B extends PgColumnBuilderBase>(
    builder: B,
    datum: AppDatum & AtRest<B>,
  ): DeclaredColumn<B> & { readonly datum: AnyDatum } {
    return { builder, datum, why: null, indexOf: null };
  }

  /**
   * A column that finds equal values of a sealed one: `blindIndex(indexText().notNull(), 'email')`. With a form it
   * finds values that are equal in that form.
   */
  function blindIndex<B extends PgColumnBuilderBase>(
    builder: B['_'] extends { $type: BlindIndex } ? B : never,
    of: string,
    form?: IndexForm,
  ): DeclaredColumn<B> & { readonly indexOf: string } {
    return { builder, datum: null, why: null, indexOf: of, indexForm: form };
  }

  /**
   * A column that holds none. Text and JSON must say why; so must every column of a row of a person or an account: why
   * it tells nothing about them beyond whose row it is, which the row tells already.
   */
  function plain<B extends PgColumnBuilderBase>(
    builder: B,
    why: string,
  ): DeclaredColumn<B> & { readonly why: string };
  function plain<B extends PgColumnBuilderBase>(
    builder: NeedsReason<B> extends true ? never : B,
  ): DeclaredColumn<B>;
  function plain<B extends PgColumnBuilderBase>(builder: B, why?: string): DeclaredColumn<B> {
    return { builder, datum: null, why: why ?? null, indexOf: null };
  }

  /** A Drizzle table whose every column and row has declared its privacy facts. */
  function privacyTable<S extends string, N extends string, C extends DeclaredColumns>(
    schema: PgSchema<S>,
    name: N,
    columns: C,
    rule: TableRule<Purpose, keyof C & string> & OwnerRule<C>,
    extra?: (table: BuildExtraConfigColumns<N, Builders<C>, 'pg'>) => PgTableExtraConfigValue[],
  ): PgTableWithColumns<{ name: N; schema: S; columns: BuildColumns<N, Builders<C>, 'pg'>; dialect: 'pg' }> {
    const builders = buildersOf(columns);
    const table = schema.table(name, builders, extra);
    declared.push({
      table,
      rule,
      columns: Object.fromEntries(
        Object.entries(columns).map(([key, { builder, datum, why, indexOf, indexForm = null }]) => [
          key,
          { datum, why, indexOf, indexForm, sealedType: sealedTypeOf.get(builder) ?? null },
        ]),
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

  return { vocabulary, personal, blindIndex, plain, privacyTable, declaredTables };
}

/** Guarantee: a mapped type over the same keys, so the cast only says what `Object.fromEntries` forgets. */
function buildersOf<C extends DeclaredColumns>(columns: C): Builders<C> {
  return Object.fromEntries(
    Object.entries(columns).map(([key, column]) => [key, column.builder]),
  ) as Builders<C>;
}
