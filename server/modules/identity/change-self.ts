import { eq } from 'drizzle-orm';
import { toSnakeCase } from 'drizzle-orm/casing';
import { type Ctx, now, userOf } from '../../kernel/context.ts';
import { publish } from '../../kernel/events.ts';
import { newId } from '../../kernel/id.ts';
import { selfCorrected } from './self-corrected.ts';
import { inTransaction } from '../../kernel/db.ts';
import { invalidInput, notFound } from '../../kernel/problem.ts';
import { openRow, sealChanges } from '../../kernel/sealed-rows.ts';
import { authorize } from '../../declare/permissions.ts';
import { audit } from '../audit/index.ts';
import { requireChannel } from '../notifications/index.ts';
import { type Attempt, forgetAttempts, takeAttempt } from './attempts.ts';
import { codeTriesOf, consumeCode } from './codes.ts';
import { confirmIdentity, type Proof } from './confirm-identity.ts';
import { announceContactChange, announceUsernameChange, type ChangingPerson } from './credential-changes.ts';
import type { Contact } from './contacts.ts';
import { provenContacts } from './proven-contacts.ts';
import { requireUnreserved } from './cooling-off.ts';
import { translateTaken } from './create-account.ts';
import { endAccess } from './end-access.ts';
import { wrongCode } from './problems.ts';
import { requireOwnLook } from './require-own-look.ts';
import { users } from './schema.ts';
import { type Self, whoAmI } from './self.ts';

export interface NewContact {
  readonly contact: Contact;
  readonly code: string;
}

export interface ChangeSelf {
  readonly displayName?: string | null | undefined;
  readonly language?: 'zh-CN' | 'en' | undefined;
  readonly username?: string | undefined;
  /** A new number or address, proven by the code that was sent to it for the use `bind`. */
  readonly contact?: NewContact | undefined;
  /** What shows that the person at the keyboard is the one whose username or contact changes. */
  readonly proof?: Proof | undefined;
}

/** Changes what a person says about themselves; what is left out stays. */
export async function changeSelf(ctx: Ctx, input: ChangeSelf): Promise<Self> {
  authorize(ctx, 'identity:change-self');
  if (input.contact !== undefined) requireChannel(ctx, input.contact.contact.channel);
  if (input.contact !== undefined || input.username !== undefined)
    await confirmIdentity(ctx, requireProof(input));
  const tries: Attempt[] =
    input.contact === undefined ? [] : [codeTriesOf(ctx, input.contact.contact, 'bind')];
  await takeAttempt(ctx, tries);
  try {
    const isDone = await inTransaction(ctx, 'signin', async (ctx) => {
      if (input.contact !== undefined && !(await isOwnCode(ctx, input.contact))) return false;
      const { username, language } = input;
      const displayName = input.displayName === '' ? null : input.displayName;
      const changes = { username, language, displayName, ...contactColumns(ctx, input.contact?.contact) };
      const self = userOf(ctx);
      if (input.contact !== undefined) {
        await endAccessBeforeFirstProof(ctx);
        await announceContactChange(ctx, await readPerson(ctx), input.contact.contact);
      }
      if (username !== undefined) {
        await announceUsernameChange(ctx, await readPerson(ctx));
        await requireOwnLook(ctx, username, self);
      }
      await ctx.db
        .update(users)
        .set({ id: self, ...(await sealChanges(ctx, users, { id: self, subject: self }, changes)) })
        .where(eq(users.id, self));
      if (input.contact !== undefined) await requireUnreserved(ctx, self, [input.contact.contact]);
      await forgetAttempts(ctx, tries);
      await audit(ctx, 'identity.self_changed', {
        targetId: userOf(ctx),
        subjectId: userOf(ctx),
        details: changedNames(changes),
      });
      const columns = Object.entries(changes).flatMap(([key, value]) =>
        value === undefined ? [] : [toSnakeCase(key)],
      );
      if (columns.length > 0)
        await publish(ctx, selfCorrected, {
          correctionId: newId('correct'),
          subjectId: self,
          table: 'identity.users',
          row: self,
          columns,
        });
      return true;
    });
    if (!isDone) throw wrongCode({ issues: [{ path: 'body.code', message: wrongCode.title }] });
  } catch (error) {
    throw translateTaken(error);
  }
  return whoAmI(ctx);
}

function requireProof({ proof }: ChangeSelf): Proof {
  if (proof !== undefined) return proof;
  throw invalidInput({ issues: [{ path: 'body.proof', message: 'is needed', rule: 'missing' }] });
}

/** Locked, so that of two changes at once the second tells the contact of the first. */
async function readPerson(ctx: Ctx): Promise<ChangingPerson> {
  const [found] = await ctx.db
    .select({
      id: users.id,
      tenantId: users.tenantId,
      phone: users.phone,
      phoneIndex: users.phoneIndex,
      email: users.email,
      emailIndex: users.emailIndex,
      emailVerifiedAt: users.emailVerifiedAt,
      language: users.language,
    })
    .from(users)
    .where(eq(users.id, userOf(ctx)))
    .for('update');
  const person = await openRow(ctx, users, found);
  if (person === undefined) throw notFound();
  return person;
}

/** A code counts only for its requester: a code read by one must not bind the number for another. */
async function isOwnCode(ctx: Ctx, { contact, code }: NewContact): Promise<boolean> {
  return (await consumeCode(ctx, contact, 'bind', code))?.userId === userOf(ctx);
}

/** Until an address is proven, a stranger may have registered with it: what was opened before ends with the proof. */
async function endAccessBeforeFirstProof(ctx: Ctx): Promise<void> {
  if (ctx.actor.kind !== 'user' || (await provenContacts(ctx)).length > 0) return;
  await audit(ctx, 'identity.first_contact_proven', {
    targetId: ctx.actor.userId,
    subjectId: ctx.actor.userId,
    details: {
      ...(await endAccess(ctx, ctx.actor.userId, ctx.actor.sessionId)),
    },
  });
}

function contactColumns(ctx: Ctx, contact: Contact | undefined) {
  if (contact === undefined) return {};
  return contact.channel === 'sms'
    ? { phone: contact.address }
    : { email: contact.address, emailVerifiedAt: now(ctx) };
}

/** Names of the changed fields, never their values. */
function changedNames(changes: Readonly<Record<string, unknown>>): Record<string, true> {
  return Object.fromEntries(
    Object.entries(changes).flatMap(([name, value]) => (value === undefined ? [] : [[name, true as const]])),
  );
}
