import type pg from 'pg';
import { databaseOptions } from '../kernel/database-options.ts';

/**
 * Hash of everything that rules write, as the catalogue has it: a change by hand changes this. Of the roles, which
 * belong to the whole server, only those that have rules in this database, and the login role.
 */
export async function readRuledState(client: pg.Client, roles: readonly string[]): Promise<string> {
  return hashOfFacts(client, ownStateSql, [[...roles, databaseOptions.loginRole]]);
}

/** The same as the release computed it whose roles had no hash in their names. */
export async function readLandedState(client: pg.Client): Promise<string> {
  return hashOfFacts(client, landedStateSql, ['candor_p_%', databaseOptions.loginRole]);
}

async function hashOfFacts(client: pg.Client, sql: string, parameters: unknown[]): Promise<string> {
  const { rows } = await client.query<{ state: string }>(sql, parameters);
  const [row] = rows;
  if (row === undefined) throw new Error('the state of the rules has no hash');
  return row.state;
}

/** Everything that rules write, as the catalogue has it: a change by hand changes this. */
const ruledStateSql = ({ isRole, isMember }: { isRole: string; isMember: string }) => `
with spaces as (
  select oid, nspname, nspacl from pg_namespace
  where nspname not in ('pg_catalog', 'information_schema', 'pg_toast') and nspname !~ '^pg_(toast_)?temp'
), relations as (
  select c.*, n.nspname || '.' || c.relname as place from pg_class c join spaces n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
), facts (fact) as (
  select concat_ws(' ', 'schema', nspname, nspacl::text) from spaces
  union all
  select concat_ws(' ', 'relation', place, relkind, relrowsecurity, relforcerowsecurity, relowner::regrole, relacl::text,
    case when relkind in ('v', 'm') then pg_get_viewdef(oid) end) from relations
  union all
  select concat_ws(' ', 'column', r.place, a.attname, a.attacl::text, a.attstattarget, col_description(r.oid, a.attnum))
  from relations r join pg_attribute a on a.attrelid = r.oid where a.attnum > 0 and not a.attisdropped
  union all
  select concat_ws(' ', 'policy', schemaname, tablename, policyname, permissive, roles::text, cmd, qual, with_check)
  from pg_policies
  union all
  select concat_ws(' ', 'trigger', tgenabled, pg_get_triggerdef(t.oid))
  from pg_trigger t join relations r on r.oid = t.tgrelid where not tgisinternal
  union all
  select concat_ws(' ', 'check', r.place, conname, replace(pg_get_constraintdef(c.oid), ' NOT VALID', ''))
  from pg_constraint c join relations r on r.oid = c.conrelid where contype = 'c'
  union all
  select concat_ws(' ', 'function', n.nspname, p.proowner::regrole, p.proacl::text, pg_get_functiondef(p.oid))
  from pg_proc p join spaces n on n.oid = p.pronamespace where p.prokind in ('f', 'p')
  union all
  select concat_ws(' ', 'role', rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication,
    rolbypassrls) from pg_roles where ${isRole}
  union all
  select concat_ws(' ', 'member', roleid::regrole, member::regrole, to_jsonb(m) - 'oid' - 'grantor') from pg_auth_members m
  where ${isMember}
)
select encode(sha256(convert_to(string_agg(fact, E'\\n' order by fact), 'UTF8')), 'hex') as state from facts`;

// Of what the login role is a member of, the roles of purposes that only other databases of the server know are left out.
const ownStateSql = ruledStateSql({
  isRole: 'rolname = any($1)',
  isMember: `roleid::regrole::text = any($1) or (member::regrole::text = any($1) and roleid::regrole::text not like 'candor_p_%')`,
});

const landedStateSql = ruledStateSql({
  isRole: 'rolname like $1 or rolname = $2',
  isMember: 'member::regrole::text = $2 or member::regrole::text like $1 or roleid::regrole::text like $1',
});
