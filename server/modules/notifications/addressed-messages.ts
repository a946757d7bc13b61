import { and, count, eq, inArray, isNull, lt } from 'drizzle-orm';
import type { Address, AddressedRows } from '../../declare/addressed-rows.ts';
import type { Ctx } from '../../kernel/context.ts';
import { openRows, sealChanges } from '../../kernel/sealed-rows.ts';
import { outbox } from './schema.ts';

/** Finds the messages of an address, for whichever reason they were sent. */
export function hashRecipient(ctx: Ctx, { channel, address }: Address): string {
  return ctx.keyedHash('notifications/recipient', `${channel}:${address}`);
}

function isSentTo(ctx: Ctx, addresses: readonly Address[]) {
  return inArray(
    outbox.recipientHash,
    addresses.map((address) => hashRecipient(ctx, address)),
  );
}

export const addressedMessages: AddressedRows = {
  place: 'notifications.outbox',
  async claim(ctx, userId, addresses) {
    const found = await ctx.db
      .select()
      .from(outbox)
      .where(and(isNull(outbox.userId), isSentTo(ctx, addresses)))
      .for('update');
    // What was sealed under the key of its day is sealed again under the person's, with which it ends.
    for (const { id, recipient, body } of await openRows(ctx, outbox, found)) {
      const sealed = await sealChanges(ctx, outbox, { id, subject: userId }, { recipient, body });
      await ctx.db
        .update(outbox)
        .set({ ...sealed, userId })
        .where(eq(outbox.id, id));
    }
    return found.map(({ id }) => id);
  },
  async count(ctx, addresses, before) {
    const [row] = await ctx.db
      .select({ rows: count() })
      .from(outbox)
      .where(and(isSentTo(ctx, addresses), lt(outbox.createdAt, before)));
    return row?.rows ?? 0;
  },
};
