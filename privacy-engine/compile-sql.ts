import { consentPurposes } from './consent/consent-notice.ts';
import { type ConsentSource, consentReaderSql, consentViewSql } from './consent/consent-view.ts';
import type { HoldUse, PurposeDefinition } from './declaration-types.ts';
import type { ExternalSchema, Registry, TableEntry } from './registry.ts';
import { DeclarationError } from './declaration-error.ts';
import {
  accountInScopeSql,
  accountOfSql,
  type AccountSource,
  isAccountHeldSql,
  isOwnSql,
} from './account-of.ts';
import { appendOnlyFunctions, appendOnlySql } from './append-only.ts';
import { columnSql } from './column-sql.ts';
import { grantsOf } from './grants.ts';
import { literal, qualified, quote } from './sql-text.ts';

export interface CompileOptions {
  /** Login role of the application: owns nothing, inherits nothing, may only become a purpose. Must exist. */
  readonly loginRole: string;
  /** Prefix of the roles of purposes; roles belong to the whole server, not to one database. */
  readonly rolePrefix: string;
  /**
   * Table with a `subject_id` per person whose processing is restricted, and as `kind` why: `erased`, or what the
   * person has asked for. Schema-qualified.
   */
  readonly restrictionTable: string;
  /**
   * Table with `subject_id` and `purpose` per objection of a person to a purpose that stops during a restriction.
   * Schema-qualified.
   */
  readonly objectionTable?: string;
  /** Without it no purpose may rest on consent. */
  readonly consents?: ConsentSource;
  /** Without it no table may belong to accounts. */
  readonly accounts?: AccountSource;
  /** Settings of a transaction that row policies read. */
  readonly settings: { readonly tenant: string; readonly subject: string };
}

/** Name of the database role that stands for a purpose. */
export function purposeRole(options: Pick<CompileOptions, 'rolePrefix'>, purpose: string): string {
  return options.rolePrefix + purpose;
}

/** What else the database carries: rules of other releases, whose processes go on with roles of their own. */
export interface Neighbours {
  /** Roles of their purposes: policies for these stay. */
  readonly roles: readonly string[];
  /** Whether one of them is newer. What a table has only once (triggers, statistics, checks) is then its. */
  readonly isOneNewer: boolean;
}

const alone: Neighbours = { roles: [], isOneNewer: false };

/**
 * Compiles the registry to SQL: roles, schema usage, column grants, row policies, statistics, immutability.
 * The script is idempotent: it first takes back every grant and policy of its own making, so a promise that left the
 * declarations leaves the database too. Run it as the owner, in one transaction.
 * @throws DeclarationError for a purpose on consent without a source of consents.
 */
export function compileSql(
  registry: Registry,
  options: CompileOptions,
  neighbours: Neighbours = alone,
): string {
  const onConsent = consentPurposes(registry);
  const { consents } = options;
  if (onConsent.length > 0 && consents === undefined) {
    throw new DeclarationError(
      onConsent.map((name) => `purpose ${name} rests on consent, but no source of consents is configured`),
    );
  }
  const consentRules = onConsent.length === 0 || consents === undefined ? null : consents;
  const accounts = accountOfSql(registry, options.accounts, options);
  const roles = purposeRoles(registry, options);
  const once = (sql: string) => (neighbours.isOneNewer ? '' : sql);
  const ownedSchemas = unique(registry.tables.map((table) => table.schema));
  const schemas = unique([...ownedSchemas, ...registry.external.map((external) => external.schema)]);
  return [
    ...roles.map(createRole),
    ...roles.map((role) => `grant ${quote(role)} to ${quote(options.loginRole)};`),
    ...schemas.map(
      (schema) => `revoke all on schema ${quote(schema)} from public, ${quote(options.loginRole)};`,
    ),
    ...schemas.flatMap((schema) =>
      roles.map((role) => `revoke usage on schema ${quote(schema)} from ${quote(role)};`),
    ),
    once(appendOnlyFunctions),
    consentRules === null ? '' : consentViewSql(registry, consentRules, options),
    once(accounts.functions),
    accounts.grants,
    ...registry.tables.flatMap((table) => tableSql(table, registry, options, neighbours)),
    consentRules === null ? '' : once(consentReaderSql(consentRules)),
    once(accounts.policies),
    ...registry.external.flatMap(externalSql),
  ].join('\n');
}

/** The roles of all purposes. */
export function purposeRoles(registry: Registry, options: Pick<CompileOptions, 'rolePrefix'>): string[] {
  return Object.keys(registry.vocabulary.purposes).map((purpose) => purposeRole(options, purpose));
}

function createRole(role: string): string {
  // Two servers may compile against one cluster at once; the second must not fail because the first was quicker.
  return `do $$ begin create role ${quote(role)} nologin noinherit; exception when duplicate_object or unique_violation then null; end $$;`;
}

function tableSql(
  table: TableEntry,
  registry: Registry,
  options: CompileOptions,
  neighbours: Neighbours,
): string[] {
  const name = qualified(table);
  const sql = neighbours.isOneNewer
    ? [dropPolicies(table, `roles <@ ${nameArray(purposeRoles(registry, options))}`)]
    : [
        `alter table ${name} enable row level security;`,
        `alter table ${name} force row level security;`,
        `revoke all on table ${name} from public, ${quote(options.loginRole)};`,
        dropPolicies(table, `not roles <@ ${nameArray(neighbours.roles)}`),
        `drop trigger if exists refuse_change on ${name};`,
        `drop trigger if exists refuse_rewrite on ${name};`,
        `drop trigger if exists refuse_truncate on ${name};`,
        ...appendOnlySql(table, name),
        ...table.columns.flatMap((column) => columnSql(table, name, column)),
      ];
  for (const purpose of Object.keys(registry.vocabulary.purposes)) {
    const role = quote(purposeRole(options, purpose));
    sql.push(
      `revoke all on table ${name} from ${role};`,
      ...accessSql(table, purpose, role, registry, options),
    );
  }
  return sql;
}

function accessSql(
  table: TableEntry,
  purpose: string,
  role: string,
  registry: Registry,
  options: CompileOptions,
): string[] {
  const grants = grantsOf(table, purpose, registry.vocabulary, options);
  if (grants.length === 0) return [];
  const name = qualified(table);
  const condition = rowCondition(table, purpose, registry, options);
  return [
    `grant usage on schema ${quote(table.schema)} to ${role};`,
    ...grants.map(({ verb, columns }) =>
      columns === null
        ? `grant delete on ${name} to ${role};`
        : `grant ${verb} (${columns.map(quote).join(', ')}) on ${name} to ${role};`,
    ),
    ...grants.map(({ verb }) => {
      const policy = `create policy ${quote(`${purposeRole(options, purpose)}_${verb}`)} on ${name} for ${verb} to ${role}`;
      if (verb === 'insert') return `${policy} with check (${condition});`;
      if (verb === 'update') return `${policy} using (${condition}) with check (${condition});`;
      return `${policy} using (${condition});`;
    }),
  ];
}

/**
 * Keeps PostgreSQL from reading all restrictions or consents into memory before it looks at the first row: what
 * a person's rows cost must not grow with the number of other persons.
 */
const rowByRow = 'offset 0';

/** Which rows of a table a purpose may touch: its scope, then the person's restriction, objection, consent. */
function rowCondition(
  table: TableEntry,
  purpose: string,
  registry: Registry,
  options: CompileOptions,
): string {
  const definition = registry.vocabulary.purposes[purpose];
  if (definition === undefined) throw new DeclarationError([`unknown purpose ${purpose}`]);
  const subject = table.subjectColumn === null ? null : `${quote(table.name)}.${quote(table.subjectColumn)}`;
  const conditions: string[] = [];
  if (definition.scope === 'tenant' && table.tenantColumn !== null) {
    conditions.push(
      `${quote(table.tenantColumn)} = current_setting(${literal(options.settings.tenant)}, true)`,
    );
  }
  if (definition.scope === 'subject' && subject !== null) {
    conditions.push(isOwnSql(table, subject, `current_setting(${literal(options.settings.subject)}, true)`));
  }
  const hold = table.rule.afterErasure?.[purpose];
  if (table.isOfAccount) {
    // Such a row names no person whose decisions could be looked up, but the account of an erased person is known.
    if (isKeptByLaw(table) && subject !== null && definition.engine !== 'erasure') {
      const account = accountInScopeSql(definition.scope, subject, options.settings);
      conditions.push(...holdConditions(hold, `not (select ${isAccountHeldSql(account)})`));
    }
    return conditions.length === 0 ? 'true' : conditions.join(' and ');
  }
  const place = `${table.schema}.${table.name}`;
  // Asking them whether they may be asked would never end.
  const isGuard = place === options.restrictionTable || place === options.objectionTable;
  if (subject !== null && !isGuard && definition.engine !== 'erasure') {
    conditions.push(...holdConditions(hold, isUnrestrictedSql(definition, subject, options)));
  }
  if (subject !== null && options.objectionTable !== undefined && definition.duringRestriction === 'stops') {
    const own = literal(purpose);
    if (place === options.objectionTable) conditions.push(`${quote(table.name)}.purpose = ${own}`);
    else if (!isGuard)
      conditions.push(
        `not exists (select 1 from ${options.objectionTable} o where o.subject_id = ${subject} and o.purpose = ${own} ${rowByRow})`,
      );
  }
  if (definition.consent !== undefined && subject !== null && options.consents !== undefined && !isGuard) {
    conditions.push(
      `exists (select 1 from ${options.consents.view} c where c.subject_id = ${subject} and c.purpose = ${literal(purpose)} ${rowByRow})`,
    );
  }
  return conditions.length === 0 ? 'true' : conditions.join(' and ');
}

/** Hides persons who have restricted the processing, and the erased. */
function isUnrestrictedSql(
  { duringRestriction }: PurposeDefinition,
  subject: string,
  { restrictionTable }: CompileOptions,
): string {
  const kind = duringRestriction === 'stops' ? '' : ` and r.kind = 'erased'`;
  return `not exists (select 1 from ${restrictionTable} r where r.subject_id = ${subject}${kind} ${rowByRow})`;
}

/** The rows of an erased person are free for nothing but what they are kept for. */
function holdConditions(hold: HoldUse | undefined, isFree: string): string[] {
  if (hold === undefined) return [isFree];
  return hold.rowsWhere === undefined ? [] : [`((${hold.rowsWhere}) or ${isFree})`];
}

function isKeptByLaw({ rule: { rows } }: TableEntry): boolean {
  return typeof rows === 'object' && 'keepUntil' in rows;
}

/** Policies left over from an earlier declaration are found in the catalogue, not remembered. */
function dropPolicies(table: TableEntry, condition: string): string {
  return `do $$ declare p record; begin for p in select policyname from pg_policies where schemaname = ${literal(table.schema)} and tablename = ${literal(table.name)} and ${condition} loop execute format('drop policy %I on ${qualified(table)}', p.policyname); end loop; end $$;`;
}

function nameArray(names: readonly string[]): string {
  return `array[${names.map(literal).join(', ')}]::name[]`;
}

function externalSql(external: ExternalSchema): string[] {
  return Object.entries(external.roles ?? {}).flatMap(([role, verbs]) => [
    createRole(role),
    `grant usage on schema ${quote(external.schema)} to ${quote(role)};`,
    `grant ${verbs.join(', ')} on all tables in schema ${quote(external.schema)} to ${quote(role)};`,
    `grant usage on all sequences in schema ${quote(external.schema)} to ${quote(role)};`,
    `do $$ declare t record; begin for t in select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = ${literal(external.schema)} and c.relkind = 'r' and c.relrowsecurity loop
  execute format('drop policy if exists ${role} on %I.%I', ${literal(external.schema)}, t.relname);
  execute format('create policy ${role} on %I.%I to ${role} using (true) with check (true)', ${literal(external.schema)}, t.relname);
end loop; end $$;`,
  ]);
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}
