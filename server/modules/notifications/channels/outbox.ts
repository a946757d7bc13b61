import type { MessageChannel } from '../../../kernel/message-channel.ts';

/** The default: a message is delivered by lying in the outbox, where the operator reads it. */
export const outboxChannel: MessageChannel = {
  name: 'outbox',
  async deliver() {},
};
