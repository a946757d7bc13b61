import { sealedCheckName } from '../column-sql.ts';
import type { SqlQuery } from '../find-drift.ts';
import type { ColumnEntry, Registry, TableEntry } from '../registry.ts';
import { quoteName } from './sql-text.ts';

/** A table of the live database, declared or not, with the columns in which a value could rest. */
export interface Place {
  readonly schema: string;
  readonly name: string;
  /** The declaration, null for undeclared tables and those of a library. */
  readonly entry: TableEntry | null;
  readonly columns: readonly PlaceColumn[];
}

export interface PlaceColumn {
  readonly name: string;
  /** SQL of the column as text. */
  readonly text: string;
  /** See `holderColumnOf`. */
  readonly holderColumn: string | null;
  /** Whether it is declared to hold words of ours alone, so that no name is looked for. */
  readonly holdsOwnWords: boolean;
}

/** Everything with rows in every schema that is not PostgreSQL's own. */
export async function listPlaces(query: SqlQuery, registry: Registry): Promise<Place[]> {
  const entries = new Map<string, TableEntry>(
    registry.tables.map((table) => [`${table.schema}.${table.name}`, table] as const),
  );
  const checked = new Set((await query(validatedChecksSql, [])).map((row) => String(row['check_name'])));
  const places = new Map<string, Place>();
  for (const row of await query(columnsSql, [])) {
    const [schema, name, column] = [String(row['schema']), String(row['name']), String(row['column'])];
    const place = `${schema}.${name}`;
    const entry = entries.get(place) ?? null;
    const known: Place = places.get(place) ?? { schema, name, entry, columns: [] };
    const declared = entry?.columns.find((candidate) => candidate.name === column);
    const isLooked = !isExcluded(entry, declared, checked) && (entry === null || row['is_text'] === true);
    const text =
      row['type'] === 'bytea' ? `encode(${quoteName(column)}, 'escape')` : `${quoteName(column)}::text`;
    places.set(place, {
      ...known,
      columns: isLooked
        ? [
            ...known.columns,
            {
              name: column,
              text,
              holderColumn: holderColumnOf(entry, declared),
              holdsOwnWords: declared?.datum?.ownWords === true,
            },
          ]
        : known.columns,
    });
  }
  return [...places.values()];
}

/** Column with the id of the person whose a look-up value is; null for every other column. */
export function holderColumnOf(entry: TableEntry | null, column: ColumnEntry | undefined): string | null {
  if (entry === null || column?.atRest !== 'index') return null;
  return entry.columns.find(({ key }) => key === column.datum?.subject)?.name ?? null;
}

/** Where a check that PostgreSQL has validated accepts nothing but envelopes there is no plain value to find. */
function isExcluded(
  entry: TableEntry | null,
  column: ColumnEntry | undefined,
  checked: ReadonlySet<string>,
): boolean {
  if (entry === null || column?.atRest !== 'sealed') return false;
  return checked.has(`${entry.schema}.${entry.name}.${sealedCheckName(entry, column)}`);
}

const columnsSql = `
  select n.nspname as schema, c.relname as name, a.attname as column, t.typname as type,
    (t.typcategory in ('S', 'A', 'U') or t.typname in ('json', 'jsonb', 'bytea', 'xml')) as is_text
  from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
    join pg_type t on t.oid = a.atttypid
  where c.relkind in ('r', 'm', 'f') and a.attnum > 0 and not a.attisdropped
    and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast') and n.nspname not like 'pg\\_temp%' and n.nspname not like 'pg\\_toast%'
  order by 1, 2, a.attnum`;

const validatedChecksSql = `
  select n.nspname || '.' || c.relname || '.' || k.conname as check_name
  from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
  where k.contype = 'c' and k.convalidated`;
