import type { EraseRule, LawfulFloor } from '../declaration-types.ts';
import type { ColumnEntry, Registry, TableEntry } from '../registry.ts';
import { anchorColumn } from './anchors.ts';

/** What erasure does to one column, decided by its declaration alone. */
export type ColumnFate =
  | { readonly verb: 'delete-row' | 'null' | 'tombstone' | 'unlink' | 'stay' }
  | { readonly verb: 'generalise'; readonly to: 'ip-prefix' | 'hour' | 'month' }
  | { readonly verb: 'hold'; readonly floor: LawfulFloor; readonly anchor: string };

/** What erasure does to the rows of a table that one of its columns links to the person. */
export interface ErasureRule {
  readonly table: TableEntry;
  /** Name in PostgreSQL of the column with the person's id. */
  readonly subjectColumn: string;
  /** The row is another person's; only the erased person's cells in it are cleared. */
  readonly isShared: boolean;
  readonly verb: 'delete' | 'change' | 'keep';
  readonly columns: readonly { readonly column: ColumnEntry; readonly fate: ColumnFate }[];
}

/**
 * Every rule of a registry. The table of restrictions has none: it is what tells the database that a person is erased.
 */
export function erasureRules(registry: Registry, restrictionTable: string): ErasureRule[] {
  return registry.tables
    .filter((table) => `${table.schema}.${table.name}` !== restrictionTable)
    .flatMap(rulesOfTable);
}

function rulesOfTable(table: TableEntry): ErasureRule[] {
  const own = ownRule(table);
  const subjects = new Set(
    table.columns.flatMap(({ datum }) => (datum === null ? [] : [nameOfKey(table, datum.subject)])),
  );
  const shared = [...subjects].filter((name) => name !== table.subjectColumn);
  return [...(own === null ? [] : [own]), ...shared.map((name) => sharedRule(table, name))];
}

function ownRule(table: TableEntry): ErasureRule | null {
  const { subjectColumn, rule } = table;
  if (subjectColumn === null) return null;
  const personal = personalColumns(table, subjectColumn);
  if (rule.rows === 'delete') {
    const columns = personal.map((column) => ({ column, fate: { verb: 'delete-row' } as const }));
    return { table, subjectColumn, isShared: false, verb: 'delete', columns };
  }
  if (personal.length === 0) return null;
  const columns = personal.map((column) => ({ column, fate: fateOf(column) }));
  const isDeclared = columns.some(({ column }) => column.name === subjectColumn);
  if (losesItsLink(table) && !isDeclared) columns.push(unlinked(table, subjectColumn));
  return { table, subjectColumn, isShared: false, verb: verbOf(columns), columns };
}

/** The cells of one person in rows of another: they go, and so does the link, whatever happens to the row. */
function sharedRule(table: TableEntry, subjectColumn: string): ErasureRule {
  const columns = personalColumns(table, subjectColumn).map((column) => ({ column, fate: fateOf(column) }));
  const isHeld = columns.some(({ fate }) => fate.verb === 'hold');
  // The link may be declared as a datum of its own; then it already says how it goes.
  const isDeclared = columns.some(({ column }) => column.name === subjectColumn);
  if (!isHeld && !isDeclared) columns.push(unlinked(table, subjectColumn));
  return { table, subjectColumn, isShared: true, verb: verbOf(columns), columns };
}

/**
 * Whether erasure takes from a row that stays whose it was. A person's own row cannot lose the id it is known by, nor a
 * row of an account the number of the account, which has no owner once its person is erased.
 */
function losesItsLink({ rule, subjectColumn, keyColumn, isOfAccount }: TableEntry): boolean {
  return rule.rows === 'keep-unlinked' && subjectColumn !== keyColumn && !isOfAccount;
}

function unlinked(table: TableEntry, subjectColumn: string): ErasureRule['columns'][number] {
  const column = table.columns.find(({ name }) => name === subjectColumn);
  if (column === undefined) throw new Error(`${table.name} has no column ${subjectColumn}`);
  return { column, fate: { verb: 'unlink' } };
}

function personalColumns(table: TableEntry, subjectColumn: string): ColumnEntry[] {
  return table.columns.filter(
    ({ datum }) => datum !== null && nameOfKey(table, datum.subject) === subjectColumn,
  );
}

function nameOfKey(table: TableEntry, key: string): string {
  return table.columns.find((column) => column.key === key)?.name ?? key;
}

function verbOf(columns: ErasureRule['columns']): ErasureRule['verb'] {
  return columns.every(({ fate }) => fate.verb === 'hold' || fate.verb === 'stay') ? 'keep' : 'change';
}

/** What happens to a value in a row that stays. */
function fateOf(column: ColumnEntry): ColumnFate {
  const rule: EraseRule = column.datum?.onErase ?? 'null';
  if (typeof rule === 'object') {
    if ('retain' in rule) return { verb: 'hold', floor: rule.retain, anchor: column.datum?.keep.from ?? '' };
    return { verb: 'generalise', to: rule.generalise };
  }
  // The key goes with its class; the bytes it sealed go too, so that nothing looks like a value any more.
  if (rule === 'shred') return { verb: column.isNullable ? 'null' : 'tombstone' };
  return { verb: rule === 'unlink' ? 'stay' : rule };
}

/** What of a table's declarations erasure could not carry out: an end that cannot be computed, a verb that cannot work. */
export function erasureContradictions(table: TableEntry): string[] {
  const place = `${table.schema}.${table.name}`;
  const { rows } = table.rule;
  const personal = table.columns.filter(({ datum }) => datum !== null);
  const found = personal.flatMap((column) => columnContradictions(table, `${place}.${column.key}`, column));
  if (table.rule.deletable === true && rows !== 'delete')
    found.push(`${place}: may be deleted by the person, but the rows are not deleted by erasure`);
  const retained = personal.some(({ datum }) => isRetained(datum?.onErase));
  if (personal.length > 0 && typeof rows === 'object' && 'keepUntil' in rows && !retained)
    found.push(`${place}: rows are kept by law, but no column says onErase: { retain }`);
  return found;
}

function columnContradictions(table: TableEntry, place: string, column: ColumnEntry): string[] {
  const { datum } = column;
  if (datum === null) return [];
  const found: string[] = [];
  const { rows } = table.rule;
  const { onErase, keep } = datum;
  if (anchorColumn(table, keep.from) === undefined)
    found.push(`${place}: kept from ${keep.from}, but the table does not say in which column that stands`);
  const isOfSharedRow = datum.subject !== table.rule.subject;
  if (isRetained(onErase) && !isOfSharedRow && (rows === 'delete' || rows === 'keep-unlinked'))
    found.push(`${place}: is retained by law, but the rows do not say keepUntil`);
  if (onErase === 'delete-row' && (isOfSharedRow || rows !== 'delete'))
    found.push(`${place}: goes with its row, but the row stays`);
  const isUnlinked = losesItsLink(table) || (table.isOfAccount && rows === 'keep-unlinked');
  if (onErase === 'unlink' && (isOfSharedRow || !isUnlinked))
    found.push(`${place}: stays in a row that no longer says whose it is, but the row still says it`);
  if (onErase === 'unlink' && column.atRest !== 'clear')
    found.push(`${place}: stays, but would be unreadable without the key of its person`);
  // In rows that go with their person, too: the end of a term changes single values.
  if (onErase === 'null' && !column.isNullable)
    found.push(`${place}: is set to null by erasure, but the column may not be null`);
  if (!canBeReplaced(column, isOfSharedRow))
    found.push(`${place}: only a text can be replaced by a random value`);
  if (typeof onErase === 'object' && 'generalise' in onErase) {
    if (column.atRest !== 'clear') found.push(`${place}: a sealed value cannot be generalised`);
    else if (column.valueType !== (onErase.generalise === 'ip-prefix' ? 'text' : 'instant'))
      found.push(`${place}: has no ${onErase.generalise} that it could be generalised to`);
  }
  return found;
}

/** What may not be null is replaced: by a random text, or by an envelope that was never sealed. */
function canBeReplaced(
  { datum, isNullable, atRest, valueType }: ColumnEntry,
  isOfSharedRow: boolean,
): boolean {
  if (valueType === 'text' || datum === null) return true;
  if (datum.onErase === 'tombstone') return false;
  const isReplaced = datum.onErase === 'shred' || (isRetained(datum.onErase) && isOfSharedRow);
  return !isReplaced || isNullable || atRest !== 'clear';
}

function isRetained(rule: EraseRule | undefined): boolean {
  return typeof rule === 'object' && 'retain' in rule;
}
