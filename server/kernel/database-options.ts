import type { CompileOptions } from '@candor/privacy';

/** How the declarations are compiled for this database: names of roles and of transaction settings. */
export const databaseOptions: CompileOptions = {
  loginRole: 'candor_app',
  rolePrefix: 'candor_p_',
  restrictionTable: 'privacy.restrictions',
  settings: { tenant: 'app.tenant', subject: 'app.subject' },
};
