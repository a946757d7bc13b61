import type { TableEntry } from '@candor/privacy-engine';
import { sql } from 'drizzle-orm';
import type { Ctx } from '../../kernel/context.ts';
import { isOwn } from './export/subject-rows.ts';

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
  const [place, key] = [
    sql`${sql.identifier(table.schema)}.${sql.identifier(table.name)}`,
    sql.identifier(keyColumn),
  ];
  const end = (extreme: 'min' | 'max') =>
    sql`(select ${sql.identifier(anchor)} + ${longest} from ${place} where ${key} = (select ${sql.raw(extreme)}(${key}) from mine))`;
  // All keys of the person first: asked for one end only, the planner would walk along all keys.
  const { rows } = await ctx.db.execute<{ first: string | null; last: string | null }>(
    sql`with mine as materialized (select ${key} from ${place} where ${isOwn(ctx, table)})
        select ${end('min')} as first, ${end('max')} as last`,
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
