import { DeclarationError } from './declaration-error.ts';
import type { Registry, TableEntry } from './registry.ts';
import { literal, quote } from './sql-text.ts';

/** Where it is written down which account is a person's own. */
export interface AccountSource {
  /** Query with `$1`, the id of a person, for the id of the account that is theirs alone. */
  readonly query: string;
  /** Tables the query reads. Schema-qualified. */
  readonly tables: readonly string[];
}

const accountOf = 'privacy_engine.account_of';

/** SQL for whether a row is a person's: by their id, or by that of their own account. */
export function isOwnSql(
  { isOfAccount }: Pick<TableEntry, 'isOfAccount'>,
  column: string,
  person: string,
): string {
  // In a query of its own, so that PostgreSQL asks once and not for every row.
  return isOfAccount ? `${column} = (select ${accountOf}(${person}))` : `${column} = ${person}`;
}

/** Function from a person to their own account, for the purposes of the engine itself. */
export function accountOfSql(
  registry: Registry,
  source: AccountSource | undefined,
  rolePrefix: string,
): { readonly before: string; readonly after: string } {
  if (!registry.tables.some(({ isOfAccount }) => isOfAccount)) return { before: '', after: '' };
  if (source === undefined)
    throw new DeclarationError(['tables belong to accounts, but no source says which account is whose']);
  const everyRole = Object.keys(registry.vocabulary.purposes).map((name) => quote(rolePrefix + name));
  const engines = Object.entries(registry.vocabulary.purposes)
    .filter(([, { engine, scope }]) => engine !== undefined || scope === 'subject')
    .map(([name]) => quote(rolePrefix + name));
  return {
    before: `
create or replace function ${accountOf}(person text) returns text
  language sql stable security definer set search_path = '' as ${literal(source.query)};
revoke all on function ${accountOf}(text) from public, ${everyRole.join(', ')};
grant usage on schema privacy_engine to ${engines.join(', ')};
grant execute on function ${accountOf}(text) to ${engines.join(', ')};`,
    // The function reads with the rights of its owner, on whom row security is forced too.
    after: source.tables
      .map((table) => `create policy account_of on ${table} for select to current_user using (true);`)
      .join('\n'),
  };
}
