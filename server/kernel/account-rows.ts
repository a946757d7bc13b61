import type { ExportFile } from '@candor/privacy';
import { sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { type Ctx, tenantOf } from './context.ts';
import { inTransaction } from './db.ts';

const rowsPerBatch = 500;

export interface AccountTable {
  /** Name in the archive: `account/movements.json`. */
  readonly name: string;
  readonly title: string;
  readonly table: PgTable;
  /** Columns in PostgreSQL, so that two copies of one state are the same. */
  readonly orderBy: readonly string[];
}

/**
 * Every row of a person's own account in one table, whole, as a JSON array. The account is theirs alone, so its rows
 * are theirs, although they name the account and not the person. PostgreSQL writes the JSON: no digit is rounded.
 */
export function accountRowsFile(ctx: Ctx, { name, title, table, orderBy }: AccountTable): ExportFile {
  const order = sql.join(
    orderBy.map((column) => sql.identifier(column)),
    sql`, `,
  );
  return {
    name,
    title,
    content: async function* () {
      yield '[';
      let separator = '\n';
      let offset = 0;
      for (;;) {
        const lines = await inTransaction(ctx, 'billing', async (ctx) => {
          const { rows } = await ctx.db.execute<{ line: string }>(
            sql`select to_jsonb(r)::text as line from ${table} r where r.tenant_id = ${tenantOf(ctx)} order by ${order} limit ${rowsPerBatch} offset ${offset}`,
          );
          return rows.map(({ line }) => line);
        });
        for (const line of lines) {
          yield separator + line;
          separator = ',\n';
        }
        offset += lines.length;
        if (lines.length < rowsPerBatch) break;
      }
      yield '\n]\n';
    },
  };
}
