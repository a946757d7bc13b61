import { compileSql, findDrift, type KeyVault, purposeRole, type Registry } from '@candor/privacy-engine';
import pg from 'pg';
import { applyMigrations } from './apply-migrations.ts';
import { applyRules, rememberRules } from './apply-rules.ts';
import { openClient } from '../kernel/connections.ts';
import { databaseOptions } from '../kernel/database-options.ts';
import { installQueue, queueSql } from '../kernel/jobs.ts';
import { migrationsFolder } from '../places.ts';
import { requireOwnVault } from '../start/require-own-vault.ts';
import { sealExistingRows } from './seal-existing-rows.ts';

/** The database holds something the declarations do not know. The server must not start on it. */
export class UndeclaredDatabaseError extends Error {
  constructor(facts: readonly string[]) {
    super(
      `The database differs from the privacy declarations, so Candor does not start:\n- ${facts.join('\n- ')}`,
    );
    this.name = 'UndeclaredDatabaseError';
  }
}

/**
 * Brings the database to the state the declarations promise and proves it: migrations, queue, compiled rules, rows
 * from before a column was sealed, drift. What is so already is left alone, because other servers may be at work.
 * Run by the owner of the database; safe to run at every start and by several servers at once.
 * @returns the connection string of the application's login role.
 * @throws UndeclaredDatabaseError naming every difference; MigrationHistoryError; VaultError beside a vault that is not the database's.
 */
export async function prepareDatabase(
  adminUrl: string,
  appPassword: string,
  registry: Registry,
  vault: KeyVault,
): Promise<string> {
  const client = openClient(adminUrl, 'candor-prepare');
  await client.connect();
  try {
    await client.query(`select pg_advisory_lock(hashtext('candor prepare'))`);
    await applyMigrations(client, migrationsFolder);
    await installQueue(adminUrl);
    const rules = rulesSql(registry, appPassword);
    await applyRules(client, rules, appUrl(adminUrl, appPassword));
    await requireOwnVault(client, vault);
    await sealExistingRows(client, registry, vault);
    await refuseDrift(client, registry);
    await rememberRules(client, rules);
    return appUrl(adminUrl, appPassword);
  } finally {
    await client.end();
  }
}

function rulesSql(registry: Registry, appPassword: string): string {
  const login = databaseOptions.loginRole;
  const roles = Object.keys(registry.vocabulary.purposes).map((purpose) =>
    purposeRole(databaseOptions, purpose),
  );
  return `
do $$ begin create role ${login} login noinherit; exception when duplicate_object or unique_violation then null; end $$;
alter role ${login} with login noinherit password ${pg.escapeLiteral(appPassword)};
revoke all on schema public from public;
${compileSql(registry, databaseOptions)}
${queueSql(login, roles)}`;
}

/** Attributes of a role that no grant or policy can limit. */
const excessivePowersSql = `
  select power from pg_roles, lateral (values ('superuser', rolsuper), ('createrole', rolcreaterole),
    ('createdb', rolcreatedb), ('replication', rolreplication), ('bypassrls', rolbypassrls), ('inherit', rolinherit)) as powers (power, has)
  where rolname = $1 and has order by power`;

async function refuseDrift(client: pg.Client, registry: Registry): Promise<void> {
  const query = async (sql: string, parameters: unknown[]) =>
    (await client.query<Record<string, unknown>>(sql, parameters)).rows;
  const drift = await findDrift(query, registry, databaseOptions);
  const powers = await query(excessivePowersSql, [databaseOptions.loginRole]);
  const facts = [
    ...powers.map(
      ({ power }) =>
        `the login role ${databaseOptions.loginRole} has ${String(power)}, which passes by every rule`,
    ),
    ...drift.undeclared.map(
      (place) => `${place} is not declared: say with personal(…) or plain(…) what it holds`,
    ),
    ...drift.missing.map((place) => `${place} is declared but missing: write the migration`),
    ...drift.unguarded.map((place) => `${place} has no forced row-level security`),
    ...drift.overgranted.map((fact) => `grant without a declaration: ${fact}`),
  ];
  if (facts.length > 0) throw new UndeclaredDatabaseError(facts);
}

function appUrl(adminUrl: string, password: string): string {
  const url = new URL(adminUrl);
  url.username = databaseOptions.loginRole;
  url.password = password;
  return url.toString();
}
