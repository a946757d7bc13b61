import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { isConflictOfTransactions } from '../kernel/database-faults.ts';
import { databaseOptions } from '../kernel/database-options.ts';
import { takeRulesLockSql } from '../kernel/db.ts';

const maxAttempts = 40;
/** A rule waits so long for a table; whoever wants the same table waits behind it. */
const lockTimeoutMs = 2_000;

/**
 * Applies the compiled rules, unless the database carries exactly these already and nothing of them was changed since:
 * they lock every table, so a server that is busy beside a start would stand still, or meet them in a deadlock.
 * @param rules statements without `begin` and `commit`.
 * @param appUrl the login that the rules create.
 */
export async function applyRules(client: pg.Client, rules: string, appUrl: string): Promise<void> {
  if ((await readMark(client)) === (await markOf(client, rules)) && (await canLogIn(appUrl))) return;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.query(
        `begin; set local lock_timeout = ${lockTimeoutMs}; ${takeRulesLockSql}; ${rules} commit;`,
      );
      return;
    } catch (error) {
      await client.query('rollback');
      if (!isPassing(error) || attempt === maxAttempts) throw error;
      await delay(100 * (0.5 + Math.random()));
    }
  }
}

/** Remembers that the database carries these rules, in the state in which it was found to have no drift. */
export async function rememberRules(client: pg.Client, rules: string): Promise<void> {
  const mark = await markOf(client, rules);
  if (mark !== (await readMark(client)))
    await client.query(`comment on schema jobs is ${pg.escapeLiteral(mark)}`);
}

/** Roles belong to the whole server, where another database may be prepared at the same moment. */
function isPassing(error: unknown): boolean {
  if (isConflictOfTransactions(error)) return true;
  if (!(error instanceof Error)) return false;
  return error.message.startsWith('tuple concurrently') || ('code' in error && error.code === '55P03');
}

async function markOf(client: pg.Client, rules: string): Promise<string> {
  const { rows } = await client.query<{ fact: string }>(ruledStateSql, [
    `${databaseOptions.rolePrefix}%`,
    databaseOptions.loginRole,
  ]);
  return `rules ${hashOf(rules)} state ${hashOf(rows.map(({ fact }) => fact).join('\n'))}`;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

async function readMark(client: pg.Client): Promise<string | null> {
  const { rows } = await client.query<{ mark: string | null }>(
    `select obj_description(to_regnamespace('jobs'), 'pg_namespace') as mark`,
  );
  return rows[0]?.mark ?? null;
}

/** The password is the one thing the catalogue does not show. */
async function canLogIn(appUrl: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: appUrl, application_name: 'candor-prepare' });
  client.on('error', () => {});
  try {
    await client.connect();
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('28')) return false;
    throw error;
  } finally {
    await client.end();
  }
}

/** Everything that rules write, as the catalogue has it: whoever changes one by hand changes this. */
const ruledStateSql = `
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
    rolbypassrls) from pg_roles where rolname like $1 or rolname = $2
  union all
  select concat_ws(' ', 'member', roleid::regrole, member::regrole, to_jsonb(m) - 'oid' - 'grantor') from pg_auth_members m
  where member::regrole::text = $2 or member::regrole::text like $1 or roleid::regrole::text like $1
)
select fact from facts order by fact`;
