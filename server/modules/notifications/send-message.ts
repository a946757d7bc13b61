import { and, eq, isNull, lte, or } from 'drizzle-orm';
import { ConsentEndedError, withConsentLease } from '../../kernel/consent-lease.ts';
import { type Ctx, now } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { newId } from '../../kernel/id.ts';
import { defineJob } from '../../kernel/jobs.ts';
import {
  type MessageChannel,
  type OutgoingMessage,
  UndeliverableError,
} from '../../kernel/message-channel.ts';
import type { Message, MessageLanguage } from '../../declare/message.ts';
import { openRow, sealRow } from '../../kernel/sealed-rows.ts';
import { type ConsentPurpose, consentPurposes, type Purpose, restsOnConsent } from '../../declare/policy.ts';
import { z } from 'zod';
import { outboxChannel } from './channels/outbox.ts';
import { hashRecipient } from './addressed-messages.ts';
import { outbox } from './schema.ts';

export interface SendMessage {
  readonly channel: 'sms' | 'mail';
  readonly to: string;
  /** The person it is for, null for a person without an account. */
  readonly userId: string | null;
  readonly message: Message;
  readonly language: MessageLanguage;
}

/** Writes a message into the outbox of the caller's transaction: it is sent exactly when what it tells of is committed. */
export async function sendMessage(ctx: Ctx, sending: SendMessage): Promise<void> {
  if (ctx.purpose === null) throw new Error('a message belongs to the transaction it tells of');
  const { channel, to, userId, message } = sending;
  const text = message.in(sending.language);
  const consent = consentOf(ctx.purpose, userId);
  const id = newId('msg');
  const row = await sealRow(ctx, outbox, {
    id,
    tenantId: ctx.tenantId,
    userId,
    channel,
    template: message.template,
    recipient: to,
    recipientHash: hashRecipient(ctx, { channel, address: to }),
    subject: channel === 'mail' ? text.subject : null,
    body: text.body,
    status: 'queued',
    createdAt: now(ctx),
  });
  await ctx.db.insert(outbox).values(row);
  await deliver.enqueue(ctx, { messageId: id, ...consent });
}

/** What a message stands on that is written for a purpose on consent: its person's. */
function consentOf(
  purpose: Purpose,
  userId: string | null,
): { consent?: { purpose: ConsentPurpose; subject: string } } {
  if (!restsOnConsent(purpose)) return {};
  if (userId === null) throw new Error(`a message for ${purpose} must be for a person who can consent`);
  return { consent: { purpose, subject: userId } };
}

/**
 * One worker at a time hands a message over. Killed in between, the next one does it again: sent twice is better than
 * not at all. A message on consent is read for its own purpose and under a lease, and thrown away unsent when the consent has ended.
 */
export const deliver = defineJob(
  'notifications.deliver',
  z.object({
    messageId: z.string(),
    consent: z.object({ purpose: z.enum(consentPurposes), subject: z.string() }).optional(),
  }),
  async (ctx, { messageId, consent }) => {
    if (consent === undefined) return deliverAs(ctx, 'notify', messageId);
    try {
      await withConsentLease(ctx, consent, ({ signal }) =>
        deliverAs(ctx, consent.purpose, messageId, signal),
      );
    } catch (error) {
      if (!(error instanceof ConsentEndedError)) throw error;
      await inTransaction(ctx, 'notify', (ctx) =>
        ctx.db.delete(outbox).where(and(eq(outbox.id, messageId), eq(outbox.status, 'queued'))),
      );
    }
  },
);

/** Longer than a vendor takes; a worker that was killed leaves its message to the next one after this. */
const leaseMs = 120_000;

async function deliverAs(ctx: Ctx, purpose: Purpose, messageId: string, signal?: AbortSignal): Promise<void> {
  const message = await inTransaction(ctx, purpose, (ctx) => claim(ctx, messageId));
  // An erased receiver has no address any more.
  if (message === undefined || message.recipient === '') return;
  const end = (status: 'queued' | 'kept' | 'sent' | 'failed') =>
    inTransaction(ctx, purpose, async (ctx) => {
      const isMine = and(eq(outbox.id, messageId), eq(outbox.status, 'queued'));
      await ctx.db.update(outbox).set({ status, leaseUntil: null }).where(isMine);
    });
  try {
    await end(await handOver(ctx, message, signal));
  } catch (error) {
    await end('queued');
    throw error;
  }
}

/**
 * Takes a queued message for this worker alone. While another one holds it, the job fails and is repeated, because that
 * worker may have been killed.
 */
async function claim(ctx: Ctx, messageId: string) {
  const until = new Date(now(ctx).getTime() + leaseMs);
  const isQueued = and(eq(outbox.id, messageId), eq(outbox.status, 'queued'));
  const [taken] = await ctx.db
    .update(outbox)
    .set({ leaseUntil: until })
    .where(and(isQueued, or(isNull(outbox.leaseUntil), lte(outbox.leaseUntil, now(ctx)))))
    .returning();
  if (taken !== undefined) return openRow(ctx, outbox, taken);
  const [held] = await ctx.db.select({ leaseUntil: outbox.leaseUntil }).from(outbox).where(isQueued);
  if (held === undefined) return undefined;
  throw new MessageLeasedError(messageId);
}

/** Another worker hands the message over; the queue repeats the job with growing pauses until that is decided. */
class MessageLeasedError extends Error {
  constructor(messageId: string) {
    super(`message ${messageId} is being handed over by another worker`);
    this.name = 'MessageLeasedError';
  }
}

/** An error that a retry may mend goes on to the queue, which repeats the job with growing pauses. */
async function handOver(
  ctx: Ctx,
  message: OutgoingMessage,
  signal: AbortSignal | undefined,
): Promise<'kept' | 'sent' | 'failed'> {
  try {
    const channel = channelFor(ctx, message.channel);
    await channel.deliver(message, signal);
    return channel === outboxChannel ? 'kept' : 'sent';
  } catch (error) {
    if (!(error instanceof UndeliverableError)) throw error;
    ctx.log.warn({ messageId: message.id, reason: error.message }, 'message refused for good');
    return 'failed';
  }
}

/** Messages of a kind without a channel stay in the outbox. */
function channelFor(ctx: Ctx, kind: 'sms' | 'mail'): MessageChannel {
  return ctx.channels?.[kind] ?? outboxChannel;
}
