import { createHash } from 'node:crypto';
import {
  type CompileOptions,
  compileSql,
  describeRules,
  purposeRole,
  type Registry,
} from '@candor/privacy-engine';

const rolePrefix = 'candor_p_';

/** How the declarations of every release are compiled for this database. */
export const databaseOptions = {
  loginRole: 'candor_app',
  restrictionTable: 'privacy.restrictions',
  objectionTable: 'privacy.objections',
  accounts: {
    query:
      "select u.id as person, u.tenant_id as account from identity.users u join identity.tenants t on t.id = u.tenant_id where t.kind = 'personal'",
    tables: ['identity.users', 'identity.tenants'],
  },
  settings: { tenant: 'app.tenant', subject: 'app.subject' },
} as const satisfies Omit<CompileOptions, 'rolePrefix' | 'consents'>;

/** What is compiled under names of its own: rules of two releases are in force side by side. */
export interface RuleOptions extends CompileOptions {
  /**
   * The same for the same rules, whatever release they come with: a hash of the compiled SQL and of what the database
   * remembers of them. Titles and other words are no part of it.
   */
  readonly ruleSet: string;
  readonly consents: { readonly events: string; readonly view: string };
}

const known = new WeakMap<Registry, RuleOptions>();

/** Names of the roles of purposes and of what they look at, which say by a hash what the rules are. */
export function ruleOptionsOf(registry: Registry): RuleOptions {
  const found = known.get(registry);
  if (found !== undefined) return found;
  const unnamed = named('');
  const rules = [compileSql(registry, unnamed), JSON.stringify(describeRules(registry, unnamed))];
  const ruleSet = createHash('sha256').update(rules.join('\n')).digest('hex').slice(0, 8);
  const options = { ...named(`${ruleSet}_`), ruleSet };
  known.set(registry, options);
  return options;
}

/** Roles belong to the whole server, not to one database; those of the same rules are the same everywhere. */
function named(mark: string): CompileOptions & Pick<RuleOptions, 'consents'> {
  return {
    ...databaseOptions,
    rolePrefix: `${rolePrefix}${mark}`,
    consents: {
      events: 'privacy.consent_events',
      view: `privacy_engine.consents_in_force${mark === '' ? '' : `_${mark.slice(0, -1)}`}`,
    },
  };
}

/** Name of the role that a transaction for a purpose becomes. */
export function roleOf(registry: Registry, purpose: string): string {
  return purposeRole(ruleOptionsOf(registry), purpose);
}
