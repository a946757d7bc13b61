import type { PolicyVocabulary } from './declare.ts';
import type { RowVerb } from './declaration-types.ts';
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
  restrictionTable: string,
): Grant[] {
  const definition = vocabulary.purposes[purpose];
  const verbs = table.rule.access[purpose] ?? [];
  if (definition?.engine === 'erasure') return erasureGrants(table, verbs);
  const columns = table.columns
    .filter(({ datum }) => datum === null || datum.purposes.includes(purpose))
    .map(({ name }) => name);
  const grants = verbs.map((verb): Grant => ({ verb, columns: verb === 'delete' ? null : columns }));
  const stops = definition?.duringRestriction === 'stops' || definition?.afterErasure === 'stops';
  const isRestrictionTable = `${table.schema}.${table.name}` === restrictionTable;
  // Row policies of a purpose that stops look into this table in the purpose's own name.
  if (!isRestrictionTable || !stops || verbs.includes('select')) return grants;
  return [...grants, { verb: 'select', columns: ['subject_id', 'kind'] }];
}

/** The engine looks everywhere for what is left, and changes what is about persons or its own. */
function erasureGrants(table: TableEntry, declared: readonly RowVerb[]): Grant[] {
  const isAboutPersons = table.subjectColumn !== null && table.rule.immutable !== true;
  const verbs = new Set<RowVerb>(['select', ...declared, ...(isAboutPersons ? erasingVerbs : [])]);
  const names = table.columns.map(({ name }) => name);
  const changed = table.columns.filter(({ datum, name }) => datum !== null || name === table.subjectColumn);
  return [...verbs].map((verb): Grant => {
    if (verb === 'delete') return { verb, columns: null };
    const isLimited = verb === 'update' && !declared.includes('update');
    return { verb, columns: isLimited ? changed.map(({ name }) => name) : names };
  });
}

const erasingVerbs: readonly RowVerb[] = ['update', 'delete'];
