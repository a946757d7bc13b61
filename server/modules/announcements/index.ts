import { defineModule } from '../../declare/define-module.ts';
import { permissions } from './permissions.ts';
import * as problems from './problems.ts';
import { announcementsRoutes } from './routes.ts';
import * as schema from './schema.ts';
import { sendNews } from './send-news.ts';

export const announcementsModule = defineModule('announcements', {
  calls: ['audit', 'notifications', 'identity', 'privacy'],
  schema,
  permissions,
  problems,
  jobs: [sendNews],
  installs: { api: announcementsRoutes },
});
