import { defineModule } from '../../declare/define-module.ts';
import { acts } from './acts.ts';
import { ids } from './ids.ts';
import * as messages from './messages.ts';
import { permissions } from './permissions.ts';
import * as problems from './problems.ts';
import { announcementsRoutes } from './routes.ts';
import * as schema from './schema.ts';
import { sendNews } from './send-news.ts';

export const announcementsModule = defineModule('announcements', {
  calls: ['audit', 'notifications', 'identity', 'privacy'],
  ids,
  acts,
  schema,
  permissions,
  problems,
  messages: Object.values(messages),
  jobs: [sendNews],
  installs: { api: announcementsRoutes },
});
