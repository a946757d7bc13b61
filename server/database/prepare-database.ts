import {
  findDrift,
  type KeyVault,
  type Registry,
  type SqlQuery,
  staleCommentsSql,
} from '@candor/privacy-engine';
import type pg from 'pg';
import { openClient } from '../kernel/connections.ts';
import { databaseOptions, ruleOptionsOf } from '../kernel/database-options.ts';
import { installQueue } from '../kernel/jobs.ts';
import { migrationsFolder } from '../places.ts';
import { requireOwnVault } from '../start/require-own-vault.ts';
import { adoptLandedRules } from './adopt-landed-rules.ts';
import { applyMigrations } from './apply-migrations.ts';
import { applyRules, isAsRemembered, rememberRules } from './apply-rules.ts';
import { dropAbsentRules } from './drop-rules.ts';
import { requirePostgres } from './require-postgres.ts';
import { readRuleSets } from './rule-sets.ts';
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
 * from before a column was sealed, drift, comments. What is so already is left alone, because other servers may be at
 * work, also such of another release: its rules stay in force beside these.
 * Run by the owner of the database; safe to run at every start and by several servers at once.
 * @returns the connection string of the application's login role.
 * @throws OldPostgresError; UndeclaredDatabaseError naming every difference; MigrationHistoryError; VaultError beside a vault that is not
 * the database's.
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
    await requirePostgres(client);
    await client.query(`select pg_advisory_lock(hashtext('candor prepare'))`);
    await adoptLandedRules(client);
    const wasUntouched = await isAsRemembered(client);
    const history = await applyMigrations(client, migrationsFolder);
    const hasChangedQueue = await installQueue(client, adminUrl);
    // Computing the state is most of what a start beside an unchanged database does here, so it is done once.
    const isUntouched = history.hasMigrated || hasChangedQueue ? await isAsRemembered(client) : wasUntouched;
    const login = appUrl(adminUrl, appPassword);
    const rules = { registry, appPassword, appUrl: login, wasUntouched, isUntouched, ...history };
    const haveChanged = await applyRules(client, rules);
    await requireOwnVault(client, vault);
    await sealExistingRows(client, registry, vault);
    await refuseDrift(client, registry);
    // Words of a newer release stay.
    const words = history.isBehind ? '' : await staleCommentsSql(registry, queryOf(client));
    if (words !== '') await client.query(words);
    if (haveChanged || !isUntouched || words !== '') await rememberRules(client);
    await dropAbsentRules(client, ruleOptionsOf(registry).ruleSet);
    return login;
  } finally {
    await client.end();
  }
}

/** Attributes of a role that no grant or policy can limit. */
const excessivePowersSql = `
  select power from pg_roles, lateral (values ('superuser', rolsuper), ('createrole', rolcreaterole),
    ('createdb', rolcreatedb), ('replication', rolreplication), ('bypassrls', rolbypassrls), ('inherit', rolinherit)) as powers (power, has)
  where rolname = $1 and has order by power`;

async function refuseDrift(client: pg.Client, registry: Registry): Promise<void> {
  const query = queryOf(client);
  const options = ruleOptionsOf(registry);
  const others = (await readRuleSets(client)).filter(({ name }) => name !== options.ruleSet);
  const drift = await findDrift(query, registry, options, others);
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

function queryOf(client: pg.Client): SqlQuery {
  return async (sql, parameters) => (await client.query<Record<string, unknown>>(sql, parameters)).rows;
}

function appUrl(adminUrl: string, password: string): string {
  const url = new URL(adminUrl);
  url.username = databaseOptions.loginRole;
  url.password = password;
  return url.toString();
}
