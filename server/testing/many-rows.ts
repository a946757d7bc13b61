import type pg from 'pg';

/**
 * Fills a table with rows made inside PostgreSQL, number `n` from 1 to `count`, and gathers statistics. What
 * `expressions` leaves out gets a value of its type where it may not be null. Foreign keys are not looked at.
 */
export async function fillTable(
  admin: pg.Pool,
  table: string,
  count: number,
  expressions: Readonly<Record<string, string>>,
): Promise<void> {
  const client = await admin.connect();
  try {
    const [schema, name] = table.split('.');
    const { rows: columns } = await client.query<{ name: string; type: string; isNeeded: boolean }>(
      `select column_name as name, data_type as type,
              is_nullable = 'NO' and column_default is null and is_identity = 'NO' as "isNeeded"
       from information_schema.columns where table_schema = $1 and table_name = $2`,
      [schema, name],
    );
    const strange = Object.keys(expressions).filter((key) => !columns.some((column) => column.name === key));
    if (strange.length > 0) throw new Error(`${table} has no column ${strange.join(', ')}`);
    const values = columns.flatMap((column) => {
      const value = expressions[column.name] ?? (column.isNeeded ? anyOf(column.type) : undefined);
      return value === undefined ? [] : [[`"${column.name}"`, value] as const];
    });
    await client.query(`begin; set local session_replication_role = replica`);
    // An index is built over rows that are there in a fraction of the time it takes to grow with them.
    const { rows: indexes } = await client.query<{ name: string; definition: string }>(
      `select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition from pg_index
       where indrelid = $1::regclass and not exists (select 1 from pg_constraint where conindid = indexrelid)`,
      [table],
    );
    for (const { name } of indexes) await client.query(`drop index ${name}`);
    await client.query(
      `insert into ${table} (${values.map(([column]) => column).join(', ')})
       select ${values.map(([, value]) => value).join(', ')} from generate_series(1, ${count}) n`,
    );
    for (const { definition } of indexes) await client.query(definition);
    await client.query('commit');
    await client.query(`analyze ${table}`);
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
}

/** An instant of row `n`: a second apart, in the order of the numbers. */
export const instantOfRow = `timestamptz '2026-01-01T00:00:00Z' + n * interval '1 second'`;

function anyOf(type: string): string {
  switch (type) {
    case 'text':
      return `'x'`;
    case 'boolean':
      return 'false';
    case 'date':
      return `date '2026-01-01'`;
    case 'timestamp with time zone':
      return instantOfRow;
    case 'ARRAY':
      return `'{}'`;
    case 'jsonb':
      return `'{}'`;
    default:
      return '1';
  }
}
