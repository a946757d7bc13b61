import { randomBytes } from 'node:crypto';
import { desc, eq, sql } from 'drizzle-orm';
import { type Ctx, now, userOf } from '../../../kernel/context.ts';
import { lockName } from '../../../kernel/db.ts';
import { newId } from '../../../kernel/id.ts';
import { type ConsentPurpose, privacy } from '../../../declare/policy.ts';
import { type ConsentStatus, consentStatus } from './consent-status.ts';
import { type InForce, type Locale, scopeInForce } from './in-force.ts';
import { type consentKinds, type consentMethods, consentEvents } from './tables.ts';

export type ConsentMethod = (typeof consentMethods)[number];

export interface NewEvent {
  readonly purpose: ConsentPurpose;
  readonly kind: (typeof consentKinds)[number];
  readonly method: ConsentMethod;
  /** The text that was shown and the token that proves it. */
  readonly shown: { readonly hash: string; readonly locale: Locale; readonly nonce: string | null } | null;
}

/** One decision of a person at a time, so that each is about the one before. */
export async function lockConsents(ctx: Ctx): Promise<void> {
  await lockConsentsOf(ctx, userOf(ctx));
}

/** Blocks other decisions of this person until the transaction ends. */
export async function lockConsentsOf(ctx: Ctx, userId: string): Promise<void> {
  await lockName(ctx, `consents of ${userId}`);
}

/**
 * Adds an event behind the newest of its person and purpose. The time is the server's; callers cannot set it.
 * @returns its id, or null when the token of the shown text was used before.
 */
export async function recordEvent(ctx: Ctx, inForce: InForce, event: NewEvent): Promise<string | null> {
  const { purpose, kind, method, shown } = event;
  const previous = await newestEvent(ctx, purpose);
  const id = newId('consent');
  const inserted = await ctx.db
    .insert(consentEvents)
    .values({
      id,
      subjectId: userOf(ctx),
      subjectRef: await subjectRefOf(ctx),
      purpose,
      kind,
      form: privacy.vocabulary.purposes[purpose].basis === 'consent' ? 'explicit' : 'separate',
      method,
      noticeHash: shown?.hash ?? null,
      noticeLocale: shown?.locale ?? null,
      scopeHash: scopeInForce(ctx, purpose),
      policyVersion: inForce.policy.version,
      registryHash: inForce.policy.registryHash,
      shownNonce: shown?.nonce ?? null,
      position: (previous?.position ?? 0) + 1,
      previousId: previous?.id ?? null,
      createdAt: now(ctx),
    })
    .onConflictDoNothing({ target: consentEvents.shownNonce })
    .returning({ id: consentEvents.id });
  return inserted[0]?.id ?? null;
}

/** Where the person of `ctx` stands with a purpose. PostgreSQL shows no other person's events here. */
export async function readStatus(
  ctx: Ctx,
  inForce: InForce,
  purpose: ConsentPurpose,
): Promise<ConsentStatus> {
  const isNoticed = sql`${consentEvents.kind} = 'noticed'`;
  const events = await ctx.db
    .selectDistinctOn([isNoticed], {
      id: consentEvents.id,
      kind: consentEvents.kind,
      scopeHash: consentEvents.scopeHash,
      createdAt: consentEvents.createdAt,
    })
    .from(consentEvents)
    .where(eq(consentEvents.purpose, purpose))
    .orderBy(isNoticed, desc(consentEvents.position));
  return consentStatus(events, scopeInForce(ctx, purpose), now(ctx));
}

async function newestEvent(ctx: Ctx, purpose: ConsentPurpose) {
  const [event] = await ctx.db
    .select({ id: consentEvents.id, position: consentEvents.position })
    .from(consentEvents)
    .where(eq(consentEvents.purpose, purpose))
    .orderBy(desc(consentEvents.position))
    .limit(1);
  return event;
}

/** The name a person has on their receipts, drawn once. */
async function subjectRefOf(ctx: Ctx): Promise<string> {
  const [known] = await ctx.db.select({ subjectRef: consentEvents.subjectRef }).from(consentEvents).limit(1);
  return known?.subjectRef ?? randomBytes(16).toString('hex');
}
