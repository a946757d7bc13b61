import type { SqlQuery } from '../find-drift.ts';
import { endsWithPerson } from '../grants.ts';
import type { Registry, TableEntry } from '../registry.ts';
import { erasureRules } from './erasure-rules.ts';
import { type Identifier, type ResiduePatterns, residuePatterns } from './residue-patterns.ts';
import { holderColumnOf, type Place, type PlaceColumn } from './residue-places.ts';
import { ruleCondition } from './rule-rows.ts';
import { quoteName, quoteTable } from './sql-text.ts';

/** Where something was found that must not be there. Names a place, never what was found. */
export interface Residue {
  /** `schema.table.column`, or the name of a sink. */
  readonly place: string;
  readonly rows: number;
}

/** Whose rows a name is looked for in: a name alone proves nothing in rows of others. */
export interface ResidueOwner {
  readonly subject: string;
  readonly tenant: string | null;
}

/**
 * Looks for what was known of a person in every text of a table: unmistakable values in all rows, names in the rows of
 * their account, and both everywhere in undeclared tables.
 */
export async function findResidue(
  query: SqlQuery,
  place: Place,
  identifiers: readonly Identifier[],
  owner: ResidueOwner,
): Promise<Residue[]> {
  const patterns = residuePatterns(identifiers);
  if (place.columns.length === 0) return [];
  const found =
    place.entry === null
      ? await countHits(query, place, undeclaredCondition, patterns)
      : [
          ...(await countHits(query, place, residueCondition, patterns, '$3::text is not null', [
            owner.subject,
          ])),
          ...(await findNames(query, place, place.entry, patterns, owner)),
        ];
  const rowsByColumn = new Map<string, number>();
  for (const { column, rows } of found)
    rowsByColumn.set(column.name, (rowsByColumn.get(column.name) ?? 0) + rows);
  return [...rowsByColumn].map(([name, rows]) => ({ place: `${place.schema}.${place.name}.${name}`, rows }));
}

interface Hits {
  readonly column: PlaceColumn;
  readonly rows: number;
}

const anywhereCondition = ({ text }: PlaceColumn) => `lower(${text}) like any ($1::text[])`;
/**
 * A freed address may be registered again while the erasure still runs. Its look-up value in the row of another person
 * is theirs: it comes from what they entered, and the erased person's own is gone with their row.
 */
const isOfAnother = (holderColumn: string, subject: string) =>
  `coalesce(${quoteName(holderColumn)} <> ${subject}::text, false)`;
const residueCondition = (column: PlaceColumn) =>
  column.holderColumn === null
    ? anywhereCondition(column)
    : `(${anywhereCondition(column)} and not ${isOfAnother(column.holderColumn, '$3')})`;
const wordCondition = ({ text }: PlaceColumn) => `${text} ~* $2`;
const undeclaredCondition = (column: PlaceColumn) =>
  `(${anywhereCondition(column)} or ${wordCondition(column)})`;

async function countHits(
  query: SqlQuery,
  place: Place,
  condition: (column: PlaceColumn) => string,
  patterns: ResiduePatterns,
  rows = 'true',
  rowParameters: readonly unknown[] = [],
): Promise<Hits[]> {
  const counts = place.columns.map(
    (column, at) => `count(*) filter (where ${condition(column)}) as hits_${at}`,
  );
  // Both parameters are always mentioned, so that PostgreSQL knows their types.
  const [row] = await query(
    `select ${counts.join(', ')}, $1::text[] is null, $2::text is null from ${quoteTable(place)} where ${rows}`,
    [patterns.anywhere, patterns.words, ...rowParameters],
  );
  return place.columns.flatMap((column, at) => {
    const rows = Number(row?.[`hits_${at}`]);
    return rows === 0 ? [] : [{ column, rows }];
  });
}

/**
 * A name in rows of the person's own account. What the same column holds for others too is a word of ours ("active"),
 * not their name.
 */
async function findNames(
  query: SqlQuery,
  place: Place,
  entry: TableEntry,
  patterns: ResiduePatterns,
  owner: ResidueOwner,
): Promise<Hits[]> {
  if (patterns.words === null) return [];
  const links = [
    ...(entry.subjectColumn === null ? [] : [`${quoteName(entry.subjectColumn)} = $3::text`]),
    ...(entry.tenantColumn === null ? [] : [`${quoteName(entry.tenantColumn)} = $4::text`]),
  ];
  if (links.length === 0) return [];
  const own = `coalesce(${links.join(' or ')}, false) and ($3::text is null or true) and ($4::text is null or true)`;
  const parameters = [owner.subject, owner.tenant];
  const columns = place.columns.filter(({ holdsOwnWords }) => !holdsOwnWords);
  if (columns.length === 0) return [];
  const hits = await countHits(query, { ...place, columns }, wordCondition, patterns, own, parameters);
  const residue: Hits[] = [];
  for (const hit of hits) {
    const [other] = await query(
      `select 1 from ${quoteTable(place)} where not (${own}) and ${wordCondition(hit.column)} and $1::text[] is not null limit 1`,
      [patterns.anywhere, patterns.words, ...parameters],
    );
    if (other === undefined) residue.push(hit);
  }
  return residue;
}

/**
 * Values that PostgreSQL remembers of a column for planning queries, visible in SQL after their rows are gone. A name
 * among the words of a column that is declared to hold no personal words is a word of ours. The person's random id may
 * stay in declared tables (what a law keeps is theirs still), so it is residue elsewhere only.
 */
export async function findResidueInStatistics(
  query: SqlQuery,
  registry: Registry,
  identifiers: readonly Identifier[],
  { subject }: Pick<ResidueOwner, 'subject'>,
): Promise<Residue[]> {
  const patterns = residuePatterns(identifiers);
  const declared = new Map<string, TableEntry>(
    registry.tables.map((table) => [`${table.schema}.${table.name}`, table] as const),
  );
  const ours = new Set(
    registry.tables.flatMap(({ schema, name, columns }) =>
      columns
        .filter(({ datum }) => !endsWithPerson(datum) || datum?.ownWords === true)
        .map((column) => `${schema}.${name}.${column.name}`),
    ),
  );
  const ownWords = new Set(
    registry.external.flatMap(({ schema, tables, holdsOwnWords }) =>
      holdsOwnWords === true ? Object.keys(tables).map((name) => `${schema}.${name}`) : [],
    ),
  );
  const rows = await query(statisticsSql, [patterns.anywhere, patterns.words, subject.toLowerCase()]);
  const residue: Residue[] = [];
  for (const { table, column, place, is_unmistakable: isUnmistakable, is_name: isName } of rows) {
    if (ownWords.has(String(table)) && isName === true && isUnmistakable !== true) continue;
    const entry = declared.get(String(table));
    if (entry !== undefined && isUnmistakable !== true && (isName !== true || ours.has(String(place))))
      continue;
    if (entry !== undefined && (await isHeldByAnother(query, entry, String(column), patterns, subject)))
      continue;
    residue.push({ place: `pg_stats of ${String(place)}`, rows: 1 });
  }
  return residue;
}

/** Whether a look-up value that is remembered stands in the row of another person, who has the address now. */
async function isHeldByAnother(
  query: SqlQuery,
  entry: TableEntry,
  name: string,
  patterns: ResiduePatterns,
  subject: string,
): Promise<boolean> {
  const holder = holderColumnOf(
    entry,
    entry.columns.find((column) => column.name === name),
  );
  if (holder === null) return false;
  const condition = `lower(${quoteName(name)}::text) like any ($1::text[]) and ${isOfAnother(holder, '$2')}`;
  const [found] = await query(`select 1 from ${quoteTable(entry)} where ${condition} limit 1`, [
    patterns.anywhere,
    subject,
  ]);
  return found !== undefined;
}

const statisticsSql = `
  select schemaname || '.' || tablename as table, schemaname || '.' || tablename || '.' || attname as place,
    attname as column, lower(held) like any ($1::text[]) as is_unmistakable, coalesce(held ~* $2::text, false) as is_name
  from pg_stats, lateral (select coalesce(most_common_vals::text, '') || ' ' || coalesce(histogram_bounds::text, '') || ' ' || coalesce(most_common_elems::text, '') as held) as s
  where schemaname not in ('pg_catalog', 'information_schema')
    and (lower(held) like any ($1::text[]) or coalesce(held ~* $2::text, false) or position($3::text in lower(held)) > 0)
  order by 2`;

/** Rows that link to the person although erasure removes such rows or such links. */
export async function findRemainingRows(
  query: SqlQuery,
  registry: Registry,
  restrictionTable: string,
  subject: string,
): Promise<Residue[]> {
  const residue: Residue[] = [];
  for (const rule of erasureRules(registry, restrictionTable)) {
    const losesLink = rule.columns.some(
      ({ column, fate }) =>
        fate.verb === 'unlink' || (column.name === rule.subjectColumn && fate.verb !== 'hold'),
    );
    if (rule.verb !== 'delete' && !losesLink) continue;
    const [counted] = await query(
      `select count(*) as rows from ${quoteTable(rule.table)} where ${ruleCondition(rule, '$1')}`,
      [subject],
    );
    const rows = Number(counted?.['rows']);
    if (rows !== 0)
      residue.push({ place: `${rule.table.schema}.${rule.table.name}.${rule.subjectColumn}`, rows });
  }
  return residue;
}
