import { createHash, randomBytes } from 'node:crypto';
import { and, eq, gt, gte } from 'drizzle-orm';
import { type Ctx, now } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { newId } from '../../kernel/id.ts';
import { openRow, sealChanges, sealRow } from '../../kernel/sealed-rows.ts';
import { authorize } from '../../declare/permissions.ts';
import { audit } from '../audit/index.ts';
import { sendMessage } from '../notifications/index.ts';
import { addressOf, takeAttempt } from './attempts.ts';
import { allContactsOf, type Contact } from './contacts.ts';
import { coolingSince } from './cooling-off.ts';
import { translateTaken } from './create-account.ts';
import { endAccess } from './end-access.ts';
import { limits } from './limits.ts';
import { hashPassword } from './password.ts';
import { undoOver } from './problems.ts';
import { credentialChanges, users } from './schema.ts';
import { storePassword } from './store-password.ts';
import * as messages from './messages.ts';

export type CredentialKind = 'password' | 'phone' | 'email';

/** Who a change is about, as the person was before it. */
export interface ChangingPerson {
  readonly id: string;
  readonly tenantId: string;
  readonly phone: string | null;
  readonly email: string | null;
  readonly emailVerifiedAt: Date | null;
  readonly language: 'zh-CN' | 'en';
}

/** Remembers that what proves identity was changed: until the cooling-off is over it proves nothing. Joins the change. */
export async function noteCredentialChange(
  ctx: Ctx,
  person: Pick<ChangingPerson, 'id' | 'tenantId'>,
  kind: CredentialKind,
  undo?: { readonly previous: string | null; readonly provenAt: Date | null; readonly token: string },
): Promise<void> {
  const row = await sealRow(ctx, credentialChanges, {
    id: newId('cred'),
    tenantId: person.tenantId,
    userId: person.id,
    kind,
    previous: undo?.previous ?? null,
    previousProvenAt: undo?.provenAt ?? null,
    undoHash: undo === undefined ? null : hashToken(undo.token),
    createdAt: now(ctx),
  });
  await ctx.db.insert(credentialChanges).values(row);
}

/**
 * Tells every contact a person had before that one is being replaced, with a link that undoes it. Joins the change.
 */
export async function announceContactChange(
  ctx: Ctx,
  person: ChangingPerson,
  changed: Contact,
): Promise<void> {
  const kind = changed.channel === 'sms' ? 'phone' : 'email';
  const token = randomBytes(32).toString('base64url');
  const provenAt = kind === 'email' ? person.emailVerifiedAt : null;
  await noteCredentialChange(ctx, person, kind, { previous: person[kind], provenAt, token });
  for (const contact of allContactsOf(person)) {
    if (contact.channel === changed.channel && contact.address === changed.address) continue;
    await sendMessage(ctx, {
      channel: contact.channel,
      to: contact.address,
      userId: person.id,
      message: (kind === 'phone' ? messages.phoneChanged : messages.emailChanged)({
        // Behind the #, where no server and no log sees it.
        undo: `${ctx.rules.publicUrl}/undo#${token}`,
        hours: ctx.rules.coolingOffMs / (60 * 60 * 1000),
      }),
      language: person.language,
    });
  }
}

/** Tells every contact of a person that the name they log in with was changed. Joins the change. */
export async function announceUsernameChange(ctx: Ctx, person: ChangingPerson): Promise<void> {
  for (const { channel, address } of allContactsOf(person)) {
    await sendMessage(ctx, {
      channel,
      to: address,
      userId: person.id,
      message: messages.usernameChanged({}),
      language: person.language,
    });
  }
}

/** What was changed so lately that it proves nothing yet. Joins the caller's transaction. */
export async function freshCredentials(ctx: Ctx, userId: string): Promise<ReadonlySet<CredentialKind>> {
  const rows = await ctx.db
    .select({ kind: credentialChanges.kind })
    .from(credentialChanges)
    .where(and(eq(credentialChanges.userId, userId), gt(credentialChanges.createdAt, coolingSince(ctx))));
  return new Set(rows.map(({ kind }) => kind));
}

/**
 * Puts back the number or address a person had, with the link that went to their earlier contacts. The thief who made the
 * change may know the password and hold sessions and keys, so these end; the person recovers by the contact they have.
 * @throws `identity.undo_over` for a link that is used, too old or was never sent.
 */
export async function undoContactChange(ctx: Ctx, { token }: { token: string }): Promise<void> {
  authorize(ctx, 'identity:recover');
  await takeAttempt(ctx, [[limits.failuresFromAddress, addressOf(ctx)]]);
  const unknownPassword = await hashPassword(ctx, randomBytes(32).toString('base64url'));
  try {
    await inTransaction(ctx, 'signin', async (ctx) => {
      const [found] = await ctx.db
        .select()
        .from(credentialChanges)
        .where(
          and(
            eq(credentialChanges.undoHash, hashToken(token)),
            gt(credentialChanges.createdAt, coolingSince(ctx)),
          ),
        );
      const change = await openRow(ctx, credentialChanges, found);
      if (change === undefined || change.kind === 'password') throw undoOver();
      const person = { id: change.userId, subject: change.userId };
      const values =
        change.kind === 'phone'
          ? { phone: change.previous }
          : { email: change.previous, emailVerifiedAt: change.previousProvenAt };
      await ctx.db
        .update(users)
        .set(await sealChanges(ctx, users, person, values))
        .where(eq(users.id, change.userId));
      // Links of later changes end with them; those of earlier ones stay with the earlier holder of the contact.
      await ctx.db
        .delete(credentialChanges)
        .where(
          and(
            eq(credentialChanges.userId, change.userId),
            gte(credentialChanges.createdAt, change.createdAt),
            gte(credentialChanges.id, change.id),
          ),
        );
      await storePassword(ctx, { userId: change.userId, tenantId: change.tenantId }, unknownPassword);
      await noteCredentialChange(ctx, { id: change.userId, tenantId: change.tenantId }, 'password');
      const ended = await endAccess(ctx, change.userId, null);
      await audit({ ...ctx, tenantId: change.tenantId }, 'identity.contact_change_undone', {
        targetId: change.userId,
        subjectId: change.userId,
        details: {
          ...ended,
        },
      });
    });
  } catch (error) {
    throw translateTaken(error);
  }
}

/** The token has 256 random bits, so a plain hash cannot be reversed by trying. */
function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
