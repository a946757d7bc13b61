import type { Config } from '../../../config/config.ts';
import type { MessageChannels } from '../../../kernel/message-channel.ts';
import { createSmtpChannel } from './smtp.ts';

/** The channels that the settings name. */
export function openChannels({ smtp }: Pick<Config, 'smtp'>): MessageChannels {
  return smtp === null ? {} : { mail: createSmtpChannel(smtp) };
}
