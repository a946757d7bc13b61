import type { Channel } from './channel.ts';

/** The default: a message is delivered by lying in the outbox, where the operator reads it. */
export const outboxChannel: Channel = {
  name: 'outbox',
  async deliver() {},
};
