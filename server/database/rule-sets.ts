import { describeRules, type Registry } from '@candor/privacy-engine';
import type pg from 'pg';
import { isHeldSql } from '../kernel/held-locks.ts';
import { ruleOptionsOf } from '../kernel/database-options.ts';

/** The rules of one release, as this database carries them: the roles of its purposes, with grants and policies. */
export interface RuleSet {
  /** Hash in the names of its roles; `landed` for the release whose roles had no hash. */
  readonly name: string;
  /** Newest migration of the release. */
  readonly release: string | null;
  readonly roles: readonly string[];
  /** The view of consents that its policies look at. */
  readonly view: string;
  /** `schema.table.column` that the release declares, and those of them about persons. */
  readonly columns: readonly string[];
  readonly personal: readonly string[];
  /** What it is granted: `role verb schema.table.column`. */
  readonly grants: readonly string[];
  /**
   * `unsure`: something was changed by hand since, so its next start applies it again. `dropped`: its roles have no
   * rights any more, and what it declared may still be there.
   */
  readonly state: 'in force' | 'unsure' | 'dropped';
  /** Whether a process of it lives; always false for the release whose processes do not say so. */
  readonly isPresent: boolean;
  readonly absentSince: Date | null;
}

/** The set of the release whose roles had no hash in their names. */
export const landedName = 'landed';

/** Owner's only: no purpose is granted anything here. Its comment is the state in which everything was found right. */
export const ruleSetsSql = `
  create schema if not exists privacy_engine;
  create table if not exists privacy_engine.rule_sets (
    name text primary key, release text, roles text[] not null, view text not null, columns text[] not null,
    personal text[] not null, grants text[] not null, state text not null,
    absent_since timestamptz, added_at timestamptz not null default now());
  revoke all on privacy_engine.rule_sets from public;`;

/** Lock that every process of a release holds as long as it lives. */
export function presenceLock(ruleSet: string): string {
  return `candor rules ${ruleSet}`;
}

/** Whether a release that writes its rules down has started here. */
export async function hasRuleSets(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ isThere: boolean }>(
    `select to_regclass('privacy_engine.rule_sets') is not null as "isThere"`,
  );
  return rows[0]?.isThere === true;
}

export async function readRuleSets(client: pg.Client): Promise<RuleSet[]> {
  const { rows } = await client.query<RuleSet>(
    // As JSON: thousands of names, which the driver reads many times faster than elements of an array.
    `select name, release, to_json(roles) as roles, view, to_json(columns) as columns, to_json(personal) as personal,
       to_json(grants) as grants, state, absent_since as "absentSince",
       ${isHeldSql(`'${presenceLock('')}' || name`)} as "isPresent"
     from privacy_engine.rule_sets order by added_at, name`,
  );
  return rows;
}

/** What a start writes down in the transaction that applies its rules. */
export async function writeRuleSet(
  client: pg.Client,
  set: Omit<RuleSet, 'state' | 'isPresent' | 'absentSince'>,
): Promise<void> {
  await client.query(
    `insert into privacy_engine.rule_sets (name, release, roles, view, columns, personal, grants, state)
     values ($1, $2, $3, $4, $5, $6, $7, 'in force')
     on conflict (name) do update set release = excluded.release, roles = excluded.roles, view = excluded.view,
       columns = excluded.columns, personal = excluded.personal, grants = excluded.grants, state = 'in force',
       absent_since = null`,
    [set.name, set.release, set.roles, set.view, set.columns, set.personal, set.grants],
  );
}

/** What the declarations of this release say of themselves. */
export function ownRuleSet(
  registry: Registry,
  release: string | null,
): Omit<RuleSet, 'state' | 'isPresent' | 'absentSince'> {
  const options = ruleOptionsOf(registry);
  return { name: options.ruleSet, release, view: options.consents.view, ...describeRules(registry, options) };
}
