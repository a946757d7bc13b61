import { z } from 'zod';
import type { Config } from '../../config/config.ts';
import { idSchema } from '../../kernel/id.ts';
import { defineJob, type Job } from '../../kernel/jobs.ts';
import type { PaymentChannel } from './channels/channel.ts';
import { createSandboxChannel, type Sandbox } from './channels/sandbox.ts';
import { checkTopUp } from './check-top-up.ts';
import { channelNotOffered } from './problems.ts';

/** What this installation offers for paying in. */
export interface TopUpDesk {
  /** @throws `wallet.channel_not_offered` */
  channel(name: string): PaymentChannel;
  /** Null where play money must not exist. */
  readonly sandbox: Sandbox | null;
  readonly check: Job<{ topUpId: string }>;
}

/** Names of the channels a person can pay by here. */
export function topUpChannels(config: Pick<Config, 'sandboxPayments'>): string[] {
  return config.sandboxPayments ? ['sandbox'] : [];
}

/** @param notificationUrl where a channel on this machine reaches our notification route. */
export function openTopUpDesk(config: Config, notificationUrl: (channel: string) => string): TopUpDesk {
  const sandbox = config.sandboxPayments
    ? createSandboxChannel({ notificationUrl: () => notificationUrl('sandbox') })
    : null;
  const channelByName = new Map<string, PaymentChannel>(sandbox === null ? [] : [[sandbox.name, sandbox]]);
  const desk: TopUpDesk = {
    channel(name) {
      const channel = channelByName.get(name);
      if (channel === undefined) throw channelNotOffered();
      return channel;
    },
    sandbox,
    check: defineJob('wallet.check-top-up', z.object({ topUpId: idSchema('topup') }), (ctx, { topUpId }) =>
      checkTopUp(ctx, desk, topUpId),
    ),
  };
  return desk;
}
