import type pg from 'pg';
import { readLandedMark } from './apply-rules.ts';
import { dropRules } from './drop-rules.ts';
import { readLandedState } from './ruled-state.ts';
import { hasRuleSets, landedName, ruleSetsSql, writeRuleSet } from './rule-sets.ts';

/**
 * Once, before anything is migrated: the rules of the release whose roles had no hash in their names are written down
 * as they stand, so that its processes go on. Rules that were changed by hand since its last start are dropped.
 */
export async function adoptLandedRules(client: pg.Client): Promise<void> {
  if (await hasRuleSets(client)) return;
  const mark = await readLandedMark(client);
  const isTrusted = mark !== null && mark.state === (await readLandedState(client));
  const roles = await readNames(client, landedRolesSql);
  const columns = roles.length === 0 ? [] : await readNames(client, columnsSql);
  const grants = await readNames(client, grantsSql, [roles]);
  await client.query('begin');
  await client.query(ruleSetsSql);
  if (roles.length > 0)
    await writeRuleSet(client, {
      name: landedName,
      release: null,
      roles,
      view: 'privacy_engine.consents_in_force',
      columns,
      personal: [],
      grants,
    });
  await client.query('commit');
  if (roles.length > 0 && !isTrusted)
    await dropRules(client, { name: landedName, roles, view: 'privacy_engine.consents_in_force' });
}

async function readNames(client: pg.Client, sql: string, parameters: unknown[] = []): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(sql, parameters);
  return rows.map(({ name }) => name);
}

const landedRolesSql = `
  select distinct role::text as name from pg_policies, unnest(roles) role
  where role ~ '^candor_p_' and role !~ '^candor_p_[0-9a-f]{8}_' order by 1`;

const columnsSql = `
  select n.nspname || '.' || c.relname || '.' || a.attname as name
  from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'v', 'm', 'f') and a.attnum > 0 and not a.attisdropped
    and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast') order by 1`;

const grantsSql = `
  with tables as (
    select c.oid, c.relacl, n.nspname || '.' || c.relname as place from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm', 'f')
  ), found (role, fact) as (
    select pg_get_userbyid(acl.grantee), lower(acl.privilege_type) || ' ' || t.place from tables t, aclexplode(t.relacl) acl
    union all
    select pg_get_userbyid(acl.grantee), lower(acl.privilege_type) || ' ' || t.place || '.' || a.attname
    from tables t join pg_attribute a on a.attrelid = t.oid, aclexplode(a.attacl) acl
  )
  select role || ' ' || fact as name from found where role = any($1) order by 1`;
