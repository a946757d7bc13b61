export { openChannels } from './channels/open-channels.ts';
export { notificationsRoutes } from './routes.ts';
export { canReach, requireChannel } from './require-channel.ts';
export { type SendMessage, sendMessage } from './send-message.ts';
