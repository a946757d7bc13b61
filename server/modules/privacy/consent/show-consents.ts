import { type ConsentNotice, mintShownToken } from '@candor/privacy-engine';
import { type Ctx, now, userOf } from '../../../kernel/context.ts';
import { inTransaction } from '../../../kernel/db.ts';
import { authorize } from '../../../declare/permissions.ts';
import { type ConsentPurpose, consentPurposes } from '../../../declare/policy.ts';
import { audit } from '../../audit/index.ts';
import type { ConsentStatus } from './consent-status.ts';
import { type InForce, type Locale, noticeInForce } from './in-force.ts';
import { mayNotAsk } from './problems.ts';
import { type ConsentMethod, lockConsents, readStatus, recordEvent } from './record-event.ts';
import { shownTo } from './shown-to.ts';

/** The text of a purpose as shown to a person, with the token that lets them agree to exactly it. */
export interface ShownNotice {
  readonly notice: ConsentNotice;
  readonly shownToken: string;
}

/** Every purpose that rests on consent: where the person stands, and the text in force with a fresh token. */
export async function listConsents(
  ctx: Ctx,
  inForce: InForce,
  locale: Locale,
): Promise<(ShownNotice & ConsentStatus & { readonly purpose: ConsentPurpose })[]> {
  authorize(ctx, 'privacy:decide-consent');
  const statuses = await inTransaction(ctx, 'rights', async (ctx) => {
    const read: [ConsentPurpose, ConsentStatus][] = [];
    for (const purpose of consentPurposes) read.push([purpose, await readStatus(ctx, inForce, purpose)]);
    return read;
  });
  return Promise.all(
    statuses.map(async ([purpose, status]) => ({
      purpose,
      ...status,
      ...(await show(ctx, inForce, purpose, locale, 'page')),
    })),
  );
}

/**
 * The text of one purpose for a prompt that the person did not ask for. It is put on record that they were informed, which
 * is no consent (DRUN-0.b), and they are left alone afterwards (LAW-2).
 * @throws `privacy.may_not_ask` while there is nothing to ask or they have said no.
 */
export async function promptForConsent(
  ctx: Ctx,
  inForce: InForce,
  purpose: ConsentPurpose,
  locale: Locale,
): Promise<ShownNotice> {
  authorize(ctx, 'privacy:decide-consent');
  await inTransaction(ctx, 'rights', async (ctx) => {
    await lockConsents(ctx);
    const { mayAsk, mayAskFrom } = await readStatus(ctx, inForce, purpose);
    if (!mayAsk) throw mayNotAsk({ mayAskFrom: mayAskFrom?.toISOString() ?? null });
    const { hash } = noticeInForce(ctx, purpose, locale);
    await recordEvent(ctx, inForce, {
      purpose,
      kind: 'noticed',
      method: 'prompt',
      shown: { hash, locale, nonce: null },
    });
    await audit(ctx, 'privacy.consent_prompted', { targetId: purpose, subjectId: userOf(ctx) });
  });
  return show(ctx, inForce, purpose, locale, 'prompt');
}

async function show(
  ctx: Ctx,
  { policy }: InForce,
  purpose: ConsentPurpose,
  locale: Locale,
  occasion: ConsentMethod,
): Promise<ShownNotice> {
  const notice = noticeInForce(ctx, purpose, locale);
  const shown = {
    noticeHash: notice.hash,
    purpose,
    locale,
    policyVersion: policy.version,
    shownTo: shownTo(ctx, userOf(ctx)),
    occasion,
  };
  return { notice, shownToken: await mintShownToken(ctx.signingKey, shown, { now: now(ctx) }) };
}
