import type { AnyDatum, PolicyVocabulary } from './declare.ts';
import type { PurposeDefinition, RowVerb } from './declaration-types.ts';
import type { TableEntry } from './registry.ts';

/** One right of a purpose on a table: to delete rows, or a verb on columns. */
export interface Grant {
  readonly verb: RowVerb;
  /** PostgreSQL names; null for deleting. */
  readonly columns: readonly string[] | null;
}

/** What a purpose may do to a table, by its declaration and, for the engine's own purposes, by what they are for. */
export function grantsOf(
  table: TableEntry,
  purpose: string,
  vocabulary: PolicyVocabulary,
  guards: GuardTables,
): Grant[] {
  const definition = vocabulary.purposes[purpose];
  const verbs = table.rule.access[purpose] ?? [];
  if (definition?.engine === 'erasure') return erasureGrants(table, verbs);
  const columns = table.columns
    .filter(({ datum }) => datum === null || datum.purposes.includes(purpose))
    .map(({ name }) => name);
  const grants = verbs.map((verb): Grant => ({ verb, columns: verb === 'delete' ? null : columns }));
  const looked = definition === undefined ? null : columnsLookedAt(table, definition, guards);
  return looked === null || verbs.includes('select')
    ? grants
    : [...grants, { verb: 'select', columns: looked }];
}

/** Row policies look into these tables in the purpose's own name: every purpose stops after an erasure. */
function columnsLookedAt(
  table: TableEntry,
  { duringRestriction }: PurposeDefinition,
  { restrictionTable, objectionTable }: GuardTables,
): string[] | null {
  const place = `${table.schema}.${table.name}`;
  if (place === restrictionTable) return ['subject_id', 'kind'];
  if (place === objectionTable) return duringRestriction === 'stops' ? ['subject_id', 'purpose'] : null;
  return null;
}

/** Where persons are written down whose rows a purpose may not touch. Schema-qualified. */
export interface GuardTables {
  readonly restrictionTable: string;
  readonly objectionTable?: string;
}

/** Whether the value is deleted by erasure or by its term; one that stays is out of reach. */
export function endsWithPerson(datum: AnyDatum | null): boolean {
  return datum !== null && datum.onErase !== 'unlink';
}

/** The engine looks everywhere for what is left, and changes what is about persons or its own. */
function erasureGrants(table: TableEntry, declared: readonly RowVerb[]): Grant[] {
  const isFixed = table.rule.immutable === true;
  const isAboutPersons = table.subjectColumn !== null && !isFixed;
  const names = table.columns.map(({ name }) => name);
  const links = new Set(table.columns.flatMap(({ datum }) => (datum === null ? [] : [datum.subject])));
  // What is about a person, whom it is about, and references to rows that go.
  const changed = table.columns.filter(
    ({ datum, key, name }) =>
      (isAboutPersons && (endsWithPerson(datum) || links.has(key) || name === table.subjectColumn)) ||
      (!isFixed && table.cuttableColumns.includes(name)),
  );
  const verbs = new Set<RowVerb>([
    'select',
    ...declared,
    ...(changed.length > 0 ? (['update'] as const) : []),
    ...(isAboutPersons && table.rule.immutable === undefined ? (['delete'] as const) : []),
  ]);
  return [...verbs].map((verb): Grant => {
    if (verb === 'delete') return { verb, columns: null };
    const isLimited = verb === 'update' && !declared.includes('update');
    return { verb, columns: isLimited ? changed.map(({ name }) => name) : names };
  });
}
