import { purposeRole, purposeRoles, type CompileOptions } from './compile-sql.ts';
import { consentViewFacts } from './consent/consent-view.ts';
import { grantsOf } from './grants.ts';
import type { Registry } from './registry.ts';

/** Runs one read-only statement as the owner and returns its rows. */
export type SqlQuery = (sql: string, parameters: unknown[]) => Promise<readonly Record<string, unknown>[]>;

/** Every way the live database differs from the declarations. All lists empty = the database keeps the promises. */
export interface Drift {
  /** `schema.table.column` that exists without a declaration. */
  readonly undeclared: readonly string[];
  /** `schema.table.column` that is declared but does not exist. */
  readonly missing: readonly string[];
  /** Tables without forced row-level security. */
  readonly unguarded: readonly string[];
  /** `role verb schema.table.column` granted without a declaration. */
  readonly overgranted: readonly string[];
}

/** What the rules of a release promise to find and to have granted. */
export interface RuleFacts {
  readonly roles: readonly string[];
  /** `schema.table.column` that it declares, its views included. */
  readonly columns: readonly string[];
  /** Those of them about persons. */
  readonly personal: readonly string[];
  /** `role verb schema.table.column`. */
  readonly grants: readonly string[];
}

export function describeRules(registry: Registry, options: CompileOptions): RuleFacts {
  const places = (isMeant: (column: Registry['tables'][number]['columns'][number]) => boolean) =>
    registry.tables.flatMap(({ schema, name, columns }) =>
      columns.filter(isMeant).map((column) => `${schema}.${name}.${column.name}`),
    );
  return {
    roles: purposeRoles(registry, options),
    columns: [...places(() => true), ...consentViewFacts(registry, options).columns],
    personal: places(({ datum }) => datum !== null),
    grants: [...declaredGrants(registry, options)],
  };
}

/**
 * Compares every non-system schema, queues, views and copies included, with the registry. Read-only.
 * @param others rules of other releases that go on beside this one.
 */
export async function findDrift(
  query: SqlQuery,
  registry: Registry,
  options: CompileOptions,
  others: readonly Pick<RuleFacts, 'columns' | 'grants'>[] = [],
): Promise<Drift> {
  const live = new Set(await namesOf(query, liveColumnsSql, []));
  const own = describeRules(registry, options);
  const external = registry.external.flatMap(({ schema, tables }) =>
    Object.entries(tables).flatMap(([table, columns]) =>
      columns.map((column) => `${schema}.${table}.${column}`),
    ),
  );
  const declared = new Set([...own.columns, ...external]);
  const known = new Set([...declared, ...others.flatMap(({ columns }) => columns)]);
  const guarded = registry.tables.map((table) => `${table.schema}.${table.name}`);
  const unguarded = await namesOf(query, unguardedSql, [guarded]);
  const allowedGrants = new Set([...own.grants, ...others.flatMap(({ grants }) => grants)]);
  // Where a library has a role of its own, that role may do everything there.
  const externalSchemas = registry.external
    .filter(({ roles }) => roles !== undefined)
    .map(({ schema }) => schema);
  const grants = await namesOf(query, liveGrantsSql, [externalSchemas]);
  return {
    undeclared: [...live].filter((place) => !known.has(place)).sort(),
    missing: [...declared].filter((place) => !live.has(place)).sort(),
    unguarded,
    overgranted: grants.filter((fact) => !allowedGrants.has(fact)),
  };
}

/** The one column of a statement, in order; as one JSON value, because reading thousands of rows takes the driver long. */
async function namesOf(query: SqlQuery, sql: string, parameters: unknown[]): Promise<string[]> {
  const [row] = await query(
    `select coalesce(json_agg(name order by name), '[]')::text as names from (${sql}) found (name)`,
    parameters,
  );
  return JSON.parse(String(row?.['names'])) as string[];
}

/** Everything with rows: tables, partitions, views, materialised views, foreign tables. */
const liveColumnsSql = `
  select n.nspname || '.' || c.relname || '.' || a.attname as place
  from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'v', 'm', 'f') and a.attnum > 0 and not a.attisdropped
    and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast') and n.nspname not like 'pg\\_temp%' and n.nspname not like 'pg\\_toast%'`;

const unguardedSql = `
  select n.nspname || '.' || c.relname as place from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname || '.' || c.relname = any($1) and not (c.relrowsecurity and c.relforcerowsecurity)`;

/** Grants to roles other than the owner of the table, on tables and on columns, PUBLIC included. */
const liveGrantsSql = `
  with tables as (
    select c.oid, c.relacl, c.relowner, n.nspname || '.' || c.relname as place
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm', 'f')
      and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast') and n.nspname not like 'pg\\_temp%' and not n.nspname = any($1)
  )
  select case when acl.grantee = 0 then 'public' else acl.grantee::regrole::text end || ' ' || lower(acl.privilege_type) || ' ' || t.place as fact
  from tables t, aclexplode(t.relacl) acl where acl.grantee <> t.relowner
  union all
  select case when acl.grantee = 0 then 'public' else acl.grantee::regrole::text end || ' ' || lower(acl.privilege_type) || ' ' || t.place || '.' || a.attname
  from tables t join pg_attribute a on a.attrelid = t.oid and a.attacl is not null, aclexplode(a.attacl) acl where acl.grantee <> t.relowner`;

function declaredGrants(registry: Registry, options: CompileOptions): Set<string> {
  const facts = new Set<string>(consentViewFacts(registry, options).grants);
  for (const table of registry.tables) {
    for (const purpose of Object.keys(registry.vocabulary.purposes)) {
      const role = purposeRole(options, purpose);
      const place = `${table.schema}.${table.name}`;
      for (const { verb, columns } of grantsOf(table, purpose, registry.vocabulary, options)) {
        if (columns === null) facts.add(`${role} ${verb} ${place}`);
        else for (const column of columns) facts.add(`${role} ${verb} ${place}.${column}`);
      }
    }
  }
  return facts;
}
