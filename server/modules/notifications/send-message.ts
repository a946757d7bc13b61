import { eq } from 'drizzle-orm';
import { type Ctx, now } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { newId } from '../../kernel/id.ts';
import { defineJob } from '../../kernel/jobs.ts';
import { openRow, sealRow } from '../../kernel/sealed-rows.ts';
import { z } from 'zod';
import type { Channel } from './channels/channel.ts';
import { outboxChannel } from './channels/outbox.ts';
import { outbox } from './schema.ts';
import { type Language, type Template, templates, type TemplateValues } from './templates.ts';

export interface SendMessage {
  readonly channel: 'sms' | 'mail';
  readonly to: string;
  /** The person it is for, null for somebody without an account. */
  readonly userId: string | null;
  readonly template: Template;
  readonly values?: TemplateValues;
  readonly language: Language;
}

/** Writes a message into the outbox of the caller's transaction: it is sent exactly when what it tells of is committed. */
export async function sendMessage(ctx: Ctx, message: SendMessage): Promise<void> {
  if (ctx.purpose === null) throw new Error('a message belongs to the transaction it tells of');
  const text = templates[message.template][message.language];
  const id = newId('message');
  const row = await sealRow(ctx, outbox, {
    id,
    tenantId: ctx.tenantId,
    userId: message.userId,
    channel: message.channel,
    template: message.template,
    recipient: message.to,
    subject: message.channel === 'mail' ? text.subject : null,
    body: text.body(message.values ?? {}),
    status: 'queued',
    createdAt: now(ctx),
  });
  await ctx.db.insert(outbox).values(row);
  await deliver.enqueue(ctx, { messageId: id });
}

/** May run twice for one message: a channel that cannot tell sends it twice, which is better than not at all. */
const deliver = defineJob(
  'notifications.deliver',
  z.object({ messageId: z.string() }),
  async (ctx, { messageId }) => {
    const message = await inTransaction(ctx, 'notify', async (ctx) => {
      const [row] = await ctx.db.select().from(outbox).where(eq(outbox.id, messageId));
      return openRow(ctx, outbox, row);
    });
    // Somebody who was erased meanwhile has no address any more.
    if (message === undefined || message.status === 'sent' || message.recipient === '') return;
    await channelFor(message.channel).deliver(message);
    await inTransaction(ctx, 'notify', async (ctx) => {
      await ctx.db.update(outbox).set({ status: 'sent' }).where(eq(outbox.id, messageId));
    });
  },
);

/** Until a vendor is configured everything goes to the outbox. */
function channelFor(_kind: 'sms' | 'mail'): Channel {
  return outboxChannel;
}
