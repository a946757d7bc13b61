import type { CompileOptions } from '@candor/privacy-engine';

/** How the declarations are compiled for this database: names of roles and of transaction settings. */
export const databaseOptions = {
  loginRole: 'candor_app',
  rolePrefix: 'candor_p_',
  restrictionTable: 'privacy.restrictions',
  objectionTable: 'privacy.objections',
  consents: { events: 'privacy.consent_events', view: 'privacy_engine.consents_in_force' },
  accounts: {
    query:
      "select u.id as person, u.tenant_id as account from identity.users u join identity.tenants t on t.id = u.tenant_id where t.kind = 'personal'",
    tables: ['identity.users', 'identity.tenants'],
  },
  settings: { tenant: 'app.tenant', subject: 'app.subject' },
} as const satisfies CompileOptions;
