import { compileSql, type Registry } from '@candor/privacy-engine';
import pg from 'pg';
import { databaseOptions, ruleOptionsOf } from '../kernel/database-options.ts';
import { queueSql } from '../kernel/jobs.ts';
import { readLandedState, readRuledState } from './ruled-state.ts';
import { inRulesTransaction } from './rules-transaction.ts';
import { landedName, ownRuleSet, readRuleSets, type RuleSet, writeRuleSet } from './rule-sets.ts';

export interface RulesInput {
  readonly registry: Registry;
  readonly appPassword: string;
  /** Login that the rules create. */
  readonly appUrl: string;
  /** Newest migration of this release. */
  readonly release: string | null;
  /** Whether the database has run migrations that this release does not know. */
  readonly isBehind: boolean;
  /** Whether the last start left the database as this one found it, before it migrated. */
  readonly wasUntouched: boolean;
  /** The same after the migrations. */
  readonly isUntouched: boolean;
}

/**
 * Applies the compiled rules beside those of other releases, whose processes go on; unless the database carries exactly
 * these already and nothing of them was changed since. Rules lock every table, so a server that is busy beside a start
 * would stand still, or meet them in a deadlock.
 * @returns whether they were applied.
 */
export async function applyRules(client: pg.Client, input: RulesInput): Promise<boolean> {
  const own = ownRuleSet(input.registry, input.release);
  const sets = await readRuleSets(client);
  const isInForce = sets.some(({ name, state }) => name === own.name && state === 'in force');
  if (input.isUntouched && isInForce && (await canLogIn(input.appUrl))) {
    await client.query('update privacy_engine.rule_sets set absent_since = null where name = $1', [own.name]);
    return false;
  }
  const others = sets.filter(({ name, state }) => name !== own.name && state !== 'dropped');
  await inRulesTransaction(client, async () => {
    await client.query(rulesSql(input, others));
    await writeRuleSet(client, own);
    // What was changed by hand may be theirs. It is put back when a process of theirs starts.
    if (!input.wasUntouched)
      await client.query(
        `update privacy_engine.rule_sets set state = 'unsure' where state = 'in force' and name <> all($1)`,
        [[own.name, landedName]],
      );
  });
  return true;
}

function rulesSql({ registry, appPassword, isBehind }: RulesInput, others: readonly RuleSet[]): string {
  const login = databaseOptions.loginRole;
  const options = ruleOptionsOf(registry);
  const neighbours = {
    roles: others.flatMap(({ roles }) => roles),
    isOneNewer: isBehind && others.some(({ name }) => name !== landedName),
  };
  return `
do $$ begin create role ${login} login noinherit; exception when duplicate_object or unique_violation then null; end $$;
alter role ${login} with login noinherit password ${pg.escapeLiteral(appPassword)};
revoke all on schema public from public;
${compileSql(registry, options, neighbours)}
${queueSql(login, ownRuleSet(registry, null).roles)}`;
}

/** Remembers the state in which the database was found to have no drift. */
export async function rememberRules(client: pg.Client): Promise<void> {
  const sets = await readRuleSets(client);
  if (!(await isAsRemembered(client))) {
    const mark = await markOf(client, sets);
    await client.query(`comment on table privacy_engine.rule_sets is ${pg.escapeLiteral(mark)}`);
  }
  if (sets.some(({ name, state }) => name === landedName && state === 'in force'))
    await keepLandedMark(client);
}

/** Whether the database is in the state in which the last start found no drift. */
export async function isAsRemembered(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ mark: string | null }>(
    `select obj_description('privacy_engine.rule_sets'::regclass, 'pg_class') as mark`,
  );
  return rows[0]?.mark === (await markOf(client, await readRuleSets(client)));
}

async function markOf(client: pg.Client, sets: readonly RuleSet[]): Promise<string> {
  const roles = sets.flatMap((set) => (set.state === 'dropped' ? [] : set.roles));
  return `state ${await readRuledState(client, roles)}`;
}

/**
 * The release whose roles had no hash drops every policy when it starts and finds another state than it has left. It
 * refuses this database anyway, so it is kept from breaking what goes on: it finds its own mark.
 */
async function keepLandedMark(client: pg.Client): Promise<void> {
  const mark = await readLandedMark(client);
  if (mark === null) return;
  const renewed = `rules ${mark.rules} state ${await readLandedState(client)}`;
  await client.query(`comment on schema jobs is ${pg.escapeLiteral(renewed)}`);
}

export interface LandedMark {
  readonly rules: string;
  readonly state: string;
}

export async function readLandedMark(client: pg.Client): Promise<LandedMark | null> {
  const { rows } = await client.query<{ mark: string | null }>(
    `select obj_description(to_regnamespace('jobs'), 'pg_namespace') as mark`,
  );
  const [, rules, state] = /^rules (\w+) state (\w+)$/.exec(rows[0]?.mark ?? '') ?? [];
  return rules === undefined || state === undefined ? null : { rules, state };
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
