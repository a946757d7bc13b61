import pg from 'pg';
import { databaseOptions } from '../kernel/database-options.ts';
import { rememberRules } from './apply-rules.ts';
import { landedName, readRuleSets, type RuleSet } from './rule-sets.ts';
import { inRulesTransaction } from './rules-transaction.ts';

/** So long no process of a release may have been found before a start drops its rules automatically. */
const absentForMs = 24 * 60 * 60_000;

/**
 * Notes of which other releases no process lives, and drops the rules of those that have been absent for a day. Rules
 * of a release that comes back are applied by its own start, so nothing is lost by dropping.
 */
export async function dropAbsentRules(client: pg.Client, ownName: string): Promise<void> {
  for (const set of await readRuleSets(client)) {
    if (set.name === ownName || set.state === 'dropped' || set.name === landedName) continue;
    const since = set.isPresent ? null : (set.absentSince ?? new Date());
    if (since !== null && Date.now() - since.getTime() >= absentForMs) await dropRules(client, set);
    else
      await client.query('update privacy_engine.rule_sets set absent_since = $2 where name = $1', [
        set.name,
        since,
      ]);
  }
}

/** Takes every right back from the roles of a release, and the roles themselves where no other database uses them. */
export async function dropRules(
  client: pg.Client,
  { name, roles, view }: Pick<RuleSet, 'name' | 'roles' | 'view'>,
): Promise<void> {
  await inRulesTransaction(client, async () => {
    await client.query(takeBackSql(roles));
    await client.query(`drop view if exists ${view}`);
    for (const role of roles) await client.query(dropRoleSql(role));
    await client.query(
      `update privacy_engine.rule_sets set state = 'dropped', grants = '{}', absent_since = null where name = $1`,
      [name],
    );
  });
  await rememberRules(client);
}

function takeBackSql(roles: readonly string[]): string {
  const names = `array[${roles.map((role) => pg.escapeLiteral(role)).join(', ')}]::name[]`;
  const grantee = 'pg_get_userbyid(acl.grantee)';
  return `
do $$ declare r record; begin
  for r in select schemaname, tablename, policyname from pg_policies where roles <@ ${names} loop
    execute format('drop policy %I on %I.%I', r.policyname, r.schemaname, r.tablename);
  end loop;
  for r in select c.oid::regclass::text as place, ${grantee} as role from pg_class c, aclexplode(c.relacl) acl where ${grantee} = any(${names})
    union select a.attrelid::regclass::text, ${grantee} from pg_attribute a, aclexplode(a.attacl) acl where ${grantee} = any(${names}) loop
    execute format('revoke all on table %s from %I', r.place, r.role);
  end loop;
  for r in select p.oid::regprocedure::text as place, ${grantee} as role from pg_proc p, aclexplode(p.proacl) acl where ${grantee} = any(${names}) loop
    execute format('revoke all on function %s from %I', r.place, r.role);
  end loop;
  for r in select n.nspname as place, ${grantee} as role from pg_namespace n, aclexplode(n.nspacl) acl where ${grantee} = any(${names}) loop
    execute format('revoke all on schema %I from %I', r.place, r.role);
  end loop;
end $$;`;
}

function dropRoleSql(role: string): string {
  const name = pg.escapeIdentifier(role);
  return `do $$ begin
  revoke ${name} from ${databaseOptions.loginRole};
  drop role ${name};
exception when dependent_objects_still_exist or undefined_object then null; end $$;`;
}
