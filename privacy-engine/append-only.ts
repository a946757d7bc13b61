import { endsWithPerson } from './grants.ts';
import type { TableEntry } from './registry.ts';
import { literal } from './sql-text.ts';

/** What the triggers of append-only tables run. */
export const appendOnlyFunctions = `
create schema if not exists privacy_engine;
revoke all on schema privacy_engine from public;
create or replace function privacy_engine.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '%.% is append-only', tg_table_schema, tg_table_name using errcode = 'restrict_violation';
end $$;
create or replace function privacy_engine.refuse_rewrite() returns trigger language plpgsql as $$
declare
  before jsonb := to_jsonb(old);
  after jsonb := to_jsonb(new);
  name text;
begin
  if before - tg_argv <> after - tg_argv then
    raise exception '%.% is append-only', tg_table_schema, tg_table_name using errcode = 'restrict_violation';
  end if;
  foreach name in array tg_argv loop
    if after -> name <> 'null'::jsonb and after -> name <> before -> name then
      raise exception '%.% is append-only', tg_table_schema, tg_table_name using errcode = 'restrict_violation';
    end if;
  end loop;
  return new;
end $$;`;

/** Triggers that refuse every change and deletion of rows, by the owner of the database too. */
export function appendOnlySql(table: TableEntry, name: string): string[] {
  if (table.rule.immutable === undefined) return [];
  const isFixed = table.rule.immutable === true;
  return [
    `create trigger refuse_change before ${isFixed ? 'update or delete' : 'delete'} on ${name} for each row execute function privacy_engine.refuse_change();`,
    ...(isFixed
      ? []
      : [
          `create trigger refuse_rewrite before update on ${name} for each row execute function privacy_engine.refuse_rewrite(${endingColumns(table).map(literal).join(', ')});`,
        ]),
    `create trigger refuse_truncate before truncate on ${name} for each statement execute function privacy_engine.refuse_change();`,
  ];
}

/** Values about persons, and who the persons are: all that may end in a row that otherwise stays as it is. */
function endingColumns(table: TableEntry): string[] {
  const links = new Set(table.columns.flatMap(({ datum }) => (datum === null ? [] : [datum.subject])));
  return table.columns
    .filter(({ datum, key, name }) => endsWithPerson(datum) || links.has(key) || name === table.subjectColumn)
    .map(({ name }) => name);
}
