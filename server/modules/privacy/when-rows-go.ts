import type { TableEntry } from '@candor/privacy';
import { sql } from 'drizzle-orm';
import { type Ctx, userOf } from '../../kernel/context.ts';

export interface Goes {
  readonly firstAt: Date;
  readonly lastAt: Date;
}

/**
 * When the oldest and the newest row of the person reach their end, where that is a time after they were made. Keys are
 * ordered by time, so both are found at the ends of the index on person and key.
 */
export async function findWhenRowsGo(ctx: Ctx, table: TableEntry): Promise<Goes | null> {
  const { keyColumn, subjectColumn } = table;
  const data = table.columns.flatMap(({ datum }) => datum ?? []);
  const anchor = anchorOf(table);
  const dependsOnMore = data.some(({ keep }) => keep.from !== 'row.createdAt');
  if (keyColumn === null || subjectColumn === null || anchor === null || dependsOnMore) return null;
  const longest = sql`greatest(${sql.join(
    data.map(({ keep }) => sql`${keep.max}::interval`),
    sql`, `,
  )})`;
  const end = (order: 'asc' | 'desc') =>
    sql`(select ${sql.identifier(anchor)} + ${longest} from ${sql.identifier(table.schema)}.${sql.identifier(table.name)}
         where ${sql.identifier(subjectColumn)} = ${userOf(ctx)} order by ${sql.identifier(keyColumn)} ${sql.raw(order)} limit 1)`;
  const { rows } = await ctx.db.execute<{ first: string | null; last: string | null }>(
    sql`select ${end('asc')} as first, ${end('desc')} as last`,
  );
  const { first = null, last = null } = rows[0] ?? {};
  return first === null || last === null ? null : { firstAt: new Date(first), lastAt: new Date(last) };
}

/** The column with the time a row was made, null where the person's own purpose may not read it. */
function anchorOf({ rule, columns }: TableEntry): string | null {
  const key = rule.anchors?.['row.createdAt'] ?? 'createdAt';
  const column = columns.find((candidate) => candidate.key === key);
  const isReadable =
    column?.valueType === 'instant' && (column.datum === null || column.datum.purposes.includes('rights'));
  return isReadable ? column.name : null;
}
