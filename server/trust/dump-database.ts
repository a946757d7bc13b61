import type pg from 'pg';
import type { End, Row } from './linker.ts';

/** Every row of every table, as its owner reads it, with the number of the transaction that wrote it. */
export async function dumpDatabase(admin: pg.Pool): Promise<Row[]> {
  const { rows: tables } = await admin.query<{ schema: string; name: string }>(
    `select schemaname as schema, tablename as name from pg_tables
     where schemaname not in ('pg_catalog', 'information_schema') order by 1, 2`,
  );
  const dump: Row[] = [];
  for (const { schema, name } of tables) {
    const { rows } = await admin.query<{ cells: Row['cells']; transaction: string }>(
      `select to_jsonb(t) as cells, t.xmin::text as transaction from "${schema}"."${name}" t`,
    );
    dump.push(...rows.map((row) => ({ ...row, table: `${schema}.${name}` })));
  }
  return dump;
}

/** What falls apart when persons are erased, by what the database itself says. */
export function endsOf(rows: readonly Row[]): End[] {
  const cellsOf = (table: string) => rows.filter((row) => row.table === table).map(({ cells }) => cells);
  const tenantOf = new Map(
    cellsOf('identity.users').map(({ id, tenant_id: tenant }) => [id, String(tenant)]),
  );
  const erasures = cellsOf('privacy.erasures').filter(({ state }) => state === 'certified');
  const cut = cellsOf('privacy.consent_events').filter(({ subject_id: subject }) => subject === null);
  const erased = cellsOf('privacy.restrictions').filter(({ kind }) => kind === 'erased');
  return [
    ...erasures.map(({ id }) => ({ kind: 'erasure', name: String(id), keys: [String(id)] }) as const),
    ...[...new Set(cut.map(({ subject_ref: reference }) => String(reference)))].map(
      (name) => ({ kind: 'consent', name, keys: [name] }) as const,
    ),
    ...erased.map(({ subject_id: id }) => {
      const tenant = tenantOf.get(id);
      return {
        kind: 'shell',
        name: String(id),
        keys: [String(id), ...(tenant === undefined ? [] : [tenant])],
      } as const;
    }),
  ];
}
