import { describeRules, type Registry, type SqlQuery } from '@candor/privacy-engine';
import { ruleOptionsOf } from './database-options.ts';

/**
 * Columns about persons that are there, that another release has declared and this one does not know: what this release
 * does about a person does not reach them.
 * @param look statements of the owner of the database.
 */
export async function findPersonalOfOthers(look: SqlQuery, registry: Registry): Promise<string[]> {
  const { personal } = describeRules(registry, ruleOptionsOf(registry));
  const external = registry.external.flatMap(({ schema, tables }) =>
    Object.entries(tables).flatMap(([table, columns]) =>
      columns.map((column) => `${schema}.${table}.${column}`),
    ),
  );
  const rows = await look(unknownSql, [[...personal, ...external]]);
  return rows.map(({ place }) => String(place));
}

const unknownSql = `
  select distinct place from privacy_engine.rule_sets, unnest(personal) as place
  where place <> all($1) and exists (
    select from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
    where n.nspname || '.' || c.relname || '.' || a.attname = place and not a.attisdropped)
  order by 1`;
