import { defineModule } from '../../declare/define-module.ts';
import { ids } from './ids.ts';
import { addressedMessages } from './addressed-messages.ts';
import { permissions } from './permissions.ts';
import * as problems from './problems.ts';
import { notificationsRoutes } from './routes.ts';
import { recipients } from './recipients.ts';
import * as schema from './schema.ts';
import { deliver } from './send-message.ts';

export { openChannels } from './channels/open-channels.ts';
export { canReach, requireChannel } from './require-channel.ts';
export { type SendMessage, sendMessage } from './send-message.ts';

export const notificationsModule = defineModule('notifications', {
  calls: ['audit'],
  ids,
  recipients,
  schema,
  permissions,
  problems,
  jobs: [deliver],
  addressedRows: [addressedMessages],
  installs: { api: notificationsRoutes },
});
