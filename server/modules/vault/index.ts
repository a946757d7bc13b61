import { defineModule } from '../../declare/define-module.ts';
import { acts } from './acts.ts';
import { permissions } from './permissions.ts';
import { epochAge, rotateJob } from './rotate-vault.ts';
import { vaultRoutes } from './routes.ts';

export const vaultModule = defineModule('vault', {
  calls: ['audit'],
  acts,
  permissions,
  jobs: [rotateJob],
  metrics: [epochAge],
  installs: { api: vaultRoutes },
});
