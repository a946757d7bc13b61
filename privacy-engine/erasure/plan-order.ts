import type { SqlQuery } from '../find-drift.ts';
import { ErasureError } from './erasure-error.ts';
import type { PlannedCut } from './erasure-plan.ts';
import type { ErasureRule } from './erasure-rules.ts';
import { deletionOrder, type ForeignKey, readForeignKeys } from './foreign-keys.ts';
import { quoteName } from './sql-text.ts';

export interface PlannedOrder {
  readonly order: readonly ErasureRule[];
  readonly cuts: readonly PlannedCut[];
  readonly deferred: readonly string[];
}

/**
 * In which order rows can go, and which references must be cut or checked late. `on delete cascade` is not relied on:
 * it would take rows of others along, unseen.
 * @throws ErasureError `impossible` naming a reference that can neither be cut nor be checked late.
 */
export async function planOrder(
  query: SqlQuery,
  rules: readonly ErasureRule[],
  subject: string,
): Promise<PlannedOrder> {
  const deleting = new Map(
    rules.filter(({ verb }) => verb === 'delete').map((rule) => [placeOf(rule), rule] as const),
  );
  const references = (await readForeignKeys(query)).filter(({ parent }) => deleting.has(parent));
  const parentsOf = (place: string) =>
    references.filter(({ child }) => child === place).map(({ parent }) => parent);
  const groups = deletionOrder([...deleting.keys()], parentsOf);

  const cuts: PlannedCut[] = [];
  const deferred: string[] = [];
  for (const reference of references) {
    const others = await countOthers(query, reference, deleting, subject);
    if (others > 0) cuts.push(cutOf(reference, 'others', others));
    if (!isInCircle(reference, groups)) continue;
    if (reference.isDeferrable) deferred.push(`${schemaOf(reference.child)}.${reference.name}`);
    else {
      const rows = await countOwn(query, reference, deleting, subject);
      if (rows > 0) cuts.push(cutOf(reference, 'subject', rows));
    }
  }
  const staying = rules.filter(({ verb }) => verb !== 'delete');
  // Cells first: a shared row that is about to lose its link must still be found by it.
  return {
    order: [...staying, ...groups.flat().flatMap((place) => deleting.get(place) ?? [])],
    cuts,
    deferred,
  };
}

function cutOf(reference: ForeignKey, rowsOf: PlannedCut['rowsOf'], rows: number): PlannedCut {
  const { name, child, nullableColumn } = reference;
  if (nullableColumn === null) {
    throw new ErasureError(
      'impossible',
      `${child}: ${rows} rows refer to rows that go, and ${name} can neither be set to null nor be checked late`,
    );
  }
  return { constraint: name, table: child, column: nullableColumn, rowsOf, rows };
}

/** Rows that stay and point to rows that go. */
async function countOthers(
  query: SqlQuery,
  reference: ForeignKey,
  deleting: ReadonlyMap<string, ErasureRule>,
  subject: string,
): Promise<number> {
  const { from, where } = referringRows(reference, deleting, '$1');
  const sql = `select count(*) as rows from ${quotePlace(reference.child)} c, ${from} where ${where}`;
  const [counted] = await query(sql, [subject]);
  return Number(counted?.['rows']);
}

/** Which rows `c` of others point to rows `p` of the person that go, for counting and for cutting. */
export function referringRows(
  reference: Pick<ForeignKey, 'child' | 'parent' | 'childColumns' | 'parentColumns'>,
  deleting: ReadonlyMap<string, ErasureRule>,
  subject: string,
): { readonly from: string; readonly where: string } {
  const [child, parent] = [deleting.get(reference.child), deleting.get(reference.parent)];
  const joined = reference.childColumns.map(
    (column, at) => `c.${quoteName(column)} = p.${quoteName(reference.parentColumns[at] ?? '')}`,
  );
  const stays =
    child === undefined ? [] : [`c.${quoteName(child.subjectColumn)} is distinct from ${subject}`];
  const goes = `p.${quoteName(parent?.subjectColumn ?? '')} = ${subject}`;
  return { from: `${quotePlace(reference.parent)} p`, where: [...joined, goes, ...stays].join(' and ') };
}

async function countOwn(
  query: SqlQuery,
  reference: ForeignKey,
  deleting: ReadonlyMap<string, ErasureRule>,
  subject: string,
): Promise<number> {
  const rule = deleting.get(reference.child);
  const column = reference.nullableColumn ?? reference.childColumns[0] ?? '';
  const [counted] = await query(
    `select count(*) as rows from ${quotePlace(reference.child)} where ${quoteName(rule?.subjectColumn ?? '')} = $1 and ${quoteName(column)} is not null`,
    [subject],
  );
  return Number(counted?.['rows']);
}

/** A table that refers to itself is no circle: one statement deletes all its rows of the person, then checks. */
function isInCircle({ child, parent }: ForeignKey, groups: readonly string[][]): boolean {
  return child !== parent && groups.some((group) => group.includes(child) && group.includes(parent));
}

function placeOf({ table }: ErasureRule): string {
  return `${table.schema}.${table.name}`;
}

function schemaOf(place: string): string {
  return place.slice(0, place.indexOf('.'));
}

/** `schema.table` with both names quoted. */
export function quotePlace(place: string): string {
  const dot = place.indexOf('.');
  return `${quoteName(place.slice(0, dot))}.${quoteName(place.slice(dot + 1))}`;
}
