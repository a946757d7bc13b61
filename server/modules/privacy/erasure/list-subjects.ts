import type { Registry, SqlQuery } from '@candor/privacy-engine';

const perRead = 5000;

/** Ids of every person there is: of tables in which a person is a row. */
export async function* listSubjects(registry: Registry, query: SqlQuery): AsyncGenerator<string> {
  for (const table of registry.tables) {
    const { subjectColumn, keyColumn, isOfAccount } = table;
    if (isOfAccount || subjectColumn === null || subjectColumn !== keyColumn) continue;
    if (!table.columns.some(({ datum }) => datum !== null)) continue;
    const place = `"${table.schema}"."${table.name}"`;
    for (let after = ''; ;) {
      const rows = await query(
        `select "${subjectColumn}" as id from ${place} where "${subjectColumn}" > $1 order by 1 limit ${perRead}`,
        [after],
      );
      for (const { id } of rows) yield String(id);
      const last = rows.at(-1);
      if (last === undefined || rows.length < perRead) break;
      after = String(last['id']);
    }
  }
}
