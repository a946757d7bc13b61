import type { ExportFile } from '@candor/privacy';
import { type SQL, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { type Ctx, tenantOf } from './context.ts';
import { inTransaction } from './db.ts';

const rowsPerBatch = 500;

export interface AccountTable {
  /** Name in the archive: `account/movements.json`. */
  readonly name: string;
  readonly title: string;
  readonly table: PgTable;
  /** Columns in PostgreSQL that tell every row from every other and are never null. */
  readonly orderBy: readonly string[];
}

/**
 * Every row of a person's own account in one table, whole, as a JSON array. The account is theirs alone, so its rows
 * are theirs, although they name the account and not the person. PostgreSQL writes the JSON: no digit is rounded.
 */
export function accountRowsFile(ctx: Ctx, { name, title, table, orderBy }: AccountTable): ExportFile {
  const columns = list(orderBy.map((column) => sql`r.${sql.identifier(column)}`));
  const texts = list(orderBy.map((column) => sql`r.${sql.identifier(column)}::text`));
  return {
    name,
    title,
    content: async function* () {
      yield '[';
      let separator = '\n';
      // A place in the order, not a count: rows that are written meanwhile push none out of its batch.
      let beyond = sql``;
      for (;;) {
        const rows = await inTransaction(ctx, 'billing', async (ctx) => {
          const found = await ctx.db.execute<{ line: string; place: string[] }>(
            sql`select to_jsonb(r)::text as line, array[${texts}] as place from ${table} r
              where r.tenant_id = ${tenantOf(ctx)} ${beyond} order by ${columns} limit ${rowsPerBatch}`,
          );
          return found.rows;
        });
        for (const { line } of rows) {
          yield separator + line;
          separator = ',\n';
        }
        const last = rows.at(-1);
        if (last === undefined || rows.length < rowsPerBatch) break;
        beyond = sql`and (${columns}) > (${list(last.place.map((value) => sql`${value}`))})`;
      }
      yield '\n]\n';
    },
  };
}

function list(parts: readonly SQL[]): SQL {
  return sql.join([...parts], sql`, `);
}
