import type { CompileOptions } from './compile-sql.ts';
import type { PurposeDefinition } from './declaration-types.ts';
import { DeclarationError } from './declaration-error.ts';
import type { Registry, TableEntry } from './registry.ts';
import { literal, quote } from './sql-text.ts';

/** Where it is written down which account is a person's own. */
export interface AccountSource {
  /** Query for `person` and `account`: the ids of a person and of the account that is theirs alone. */
  readonly query: string;
  /** Tables the query reads. Schema-qualified. */
  readonly tables: readonly string[];
}

const accountOf = 'privacy_engine.account_of';
const isHeld = 'privacy_engine.is_account_held';

/** SQL for whether a row is a person's: by their id, or by that of their own account. */
export function isOwnSql(
  { isOfAccount }: Pick<TableEntry, 'isOfAccount'>,
  column: string,
  person: string,
): string {
  // In a query of its own, so that PostgreSQL asks once and not for every row.
  return isOfAccount ? `${column} = (select ${accountOf}(${person}))` : `${column} = ${person}`;
}

/** Whether a law keeps the rows of an account because the person who alone owns it was erased. */
export function isAccountHeldSql(account: string): string {
  return `${isHeld}(${account})`;
}

/** The account a purpose of this scope sees, which PostgreSQL looks up once and not for every row. */
export function accountInScopeSql(
  scope: PurposeDefinition['scope'],
  column: string,
  settings: CompileOptions['settings'],
): string {
  if (scope === 'tenant') return `current_setting(${literal(settings.tenant)}, true)`;
  if (scope === 'subject') return `${accountOf}(current_setting(${literal(settings.subject)}, true))`;
  return column;
}

/**
 * Functions from a person to their own account, for the purposes of the engine itself, and from an account to whether
 * its rows are held, for every purpose that reads or writes such rows.
 */
export function accountOfSql(
  registry: Registry,
  source: AccountSource | undefined,
  { rolePrefix, restrictionTable }: Pick<CompileOptions, 'rolePrefix' | 'restrictionTable'>,
): { readonly functions: string; readonly grants: string; readonly policies: string } {
  if (!registry.tables.some(({ isOfAccount }) => isOfAccount))
    return { functions: '', grants: '', policies: '' };
  if (source === undefined)
    throw new DeclarationError(['tables belong to accounts, but no source says which account is whose']);
  const everyRole = Object.keys(registry.vocabulary.purposes).map((name) => quote(rolePrefix + name));
  const engines = Object.entries(registry.vocabulary.purposes)
    .filter(([, { engine, scope }]) => engine !== undefined || scope === 'subject')
    .map(([name]) => quote(rolePrefix + name));
  const users = registry.tables
    .filter(({ isOfAccount }) => isOfAccount)
    .flatMap(({ rule }) => Object.keys(rule.access));
  const readers = [...new Set(users)].map((name) => quote(rolePrefix + name));
  return {
    functions: `
create or replace function ${accountOf}(person text) returns text
  language sql stable security definer set search_path = '' as ${literal(`select o.account from (${source.query}) o where o.person = $1`)};
create or replace function ${isHeld}(account text) returns boolean
  language sql stable security definer set search_path = '' as ${literal(
    `select exists (select 1 from (${source.query}) o join ${restrictionTable} r on r.subject_id = o.person where o.account = $1 and r.kind = 'erased')`,
  )};
revoke all on function ${accountOf}(text), ${isHeld}(text) from public;`,
    grants: `
revoke all on function ${accountOf}(text), ${isHeld}(text) from ${everyRole.join(', ')};
grant usage on schema privacy_engine to ${[...new Set([...engines, ...readers])].join(', ')};
grant execute on function ${accountOf}(text) to ${engines.join(', ')};
grant execute on function ${isHeld}(text) to ${readers.join(', ')};`,
    // The functions read with the rights of their owner, on whom row security is forced too. Only they do: in a session
    // of the owner itself both names are the same.
    policies: [...source.tables, restrictionTable]
      .map(
        (table) =>
          `drop policy if exists account_of on ${table}; create policy account_of on ${table} for select to current_user using (session_user <> current_user);`,
      )
      .join('\n'),
  };
}
