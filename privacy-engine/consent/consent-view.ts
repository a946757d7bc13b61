import type { CompileOptions } from '../compile-sql.ts';
import type { Registry } from '../registry.ts';
import { literal, quote } from '../sql-text.ts';
import { consentPurposes, consentScopeHash } from './consent-notice.ts';

/** Where consents are written and where row policies look them up. Both schema-qualified. */
export interface ConsentSource {
  /**
   * Append-only table with `subject_id`, `purpose`, `kind`, `scope_hash` and `position`, which counts the events of one
   * person and purpose. The newest event whose kind is not `noticed` decides.
   */
  readonly events: string;
  /** View with `subject_id`, `purpose` of the consents in force, made here in the schema `privacy_engine`. */
  readonly view: string;
}

/**
 * The consents in force, as rows a policy can look up: given, not taken back since, and given to what the purpose covers
 * today. A purpose sees its own consents only. The hashes of today are part of the view, so that a release which widens
 * a purpose stops it in the same transaction for every person who has agreed to less.
 */
export function consentViewSql(
  registry: Registry,
  source: ConsentSource,
  options: Pick<CompileOptions, 'rolePrefix'>,
): string {
  const purposes = consentPurposes(registry);
  const scopes = purposes.map((name) => `(${literal(name)}, ${literal(consentScopeHash(registry, name))})`);
  const everyRole = Object.keys(registry.vocabulary.purposes).map((name) => quote(options.rolePrefix + name));
  const readers = purposes.map((name) => quote(options.rolePrefix + name)).join(', ');
  // Inside a view of the owner, current_user is still the role that asks.
  return `
create or replace view ${source.view} with (security_barrier = true) as
select given.subject_id, given.purpose from ${source.events} given
where given.kind = 'given'
  and given.purpose = substr(current_user::text, ${options.rolePrefix.length + 1})
  and (given.purpose, given.scope_hash) in (${scopes.join(', ')})
  and not exists (select 1 from ${source.events} later
    where later.subject_id = given.subject_id and later.purpose = given.purpose
      and later.position > given.position and later.kind <> 'noticed');
revoke all on ${source.view} from public, ${everyRole.join(', ')};
revoke usage on schema privacy_engine from ${everyRole.join(', ')};
grant usage on schema privacy_engine to ${readers};
grant select on ${source.view} to ${readers};`;
}

/**
 * The view reads with the rights of its owner, and row security is forced on the owner too, who need not be superuser.
 * So the owner gets a policy of its own for reading this one table.
 */
export function consentReaderSql(source: ConsentSource): string {
  return `drop policy if exists consents_in_force on ${source.events};
create policy consents_in_force on ${source.events} for select to current_user using (true);`;
}

/** What the view adds to the declared columns and grants of a database. */
export function consentViewFacts(
  registry: Registry,
  options: Pick<CompileOptions, 'rolePrefix' | 'consents'>,
): { readonly columns: readonly string[]; readonly grants: readonly string[] } {
  const purposes = consentPurposes(registry);
  if (options.consents === undefined || purposes.length === 0) return { columns: [], grants: [] };
  const { view } = options.consents;
  return {
    columns: [`${view}.subject_id`, `${view}.purpose`],
    grants: purposes.map((name) => `${options.rolePrefix}${name} select ${view}`),
  };
}
