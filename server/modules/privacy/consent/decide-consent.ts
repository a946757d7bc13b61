import { publicKeySet, type ShownText, useShownToken } from '@candor/privacy-engine';
import { endConsentWork } from '../../../kernel/consent-lease.ts';
import { type Ctx, now, userOf } from '../../../kernel/context.ts';
import { inTransaction } from '../../../kernel/db.ts';
import { authorize } from '../../../declare/permissions.ts';
import type { ConsentPurpose } from '../../../declare/policy.ts';
import { audit } from '../../audit/index.ts';
import { liftObjection } from '../restriction/object.ts';
import type { ConsentStatus } from './consent-status.ts';
import { forgetConsented } from './forget-consented.ts';
import { type InForce, locales, noticeInForce } from './in-force.ts';
import { shownTokenRefused } from './problems.ts';
import { type ConsentMethod, lockConsents, readStatus, recordEvent } from './record-event.ts';
import { shownTo } from './shown-to.ts';

/**
 * Gives a consent, with the token minted with the very text that was shown to this person (PIPL 14). The token is used
 * up in the transaction that stores the consent.
 * @throws `privacy.shown_token_refused` saying why the token does not count.
 */
export async function giveConsent(
  ctx: Ctx,
  inForce: InForce,
  input: { readonly purpose: ConsentPurpose; readonly shownToken: string },
): Promise<ConsentStatus> {
  authorize(ctx, 'privacy:decide-consent');
  const { purpose, shownToken } = input;
  return inTransaction(ctx, 'rights', async (ctx) => {
    await lockConsents(ctx);
    const texts = textsShownNow(ctx, inForce, purpose);
    const use = await useShownToken(shownToken, {
      keySet: publicKeySet(ctx.signingKey),
      now: now(ctx),
      inForce: texts,
      usedTokens: {
        // The event itself notes the token as used, so that neither can be stored without the other.
        note: async (nonce, _until, { locale: language, occasion }) => {
          const text = texts.find((text) => text.locale === language && text.occasion === occasion);
          if (text === undefined) return false;
          const { noticeHash: hash, locale, occasion: method } = text;
          const shown = { hash, locale, nonce };
          return (await recordEvent(ctx, inForce, { purpose, kind: 'given', method, shown })) !== null;
        },
      },
    });
    if (!use.isAccepted) throw shownTokenRefused({ reason: use.reason });
    // The later word counts: who agrees after an objection has thought again.
    await liftObjection(ctx, { purpose });
    await audit(ctx, 'privacy.consent_given', { targetId: purpose, subjectId: userOf(ctx) });
    return readStatus(ctx, inForce, purpose);
  });
}

/** Says no. No text has to be read for it, and nothing else changes (LAW-2, CHIPL-1.5.e). A consent in force is taken back. */
export async function refuseConsent(
  ctx: Ctx,
  inForce: InForce,
  purpose: ConsentPurpose,
): Promise<ConsentStatus> {
  authorize(ctx, 'privacy:decide-consent');
  return decideAgainst(ctx, inForce, { purpose, method: 'page', isRefusal: true });
}

/**
 * Takes a consent back, in one call like giving it (PIPL 15, CHIPL-8.3.a). Row policies see it at the next statement;
 * this returns when what was still going on has ended. Taking back what was not given changes nothing.
 */
export async function withdrawConsent(
  ctx: Ctx,
  inForce: InForce,
  purpose: ConsentPurpose,
  method: ConsentMethod = 'page',
): Promise<ConsentStatus> {
  authorize(ctx, 'privacy:withdraw-consent');
  return decideAgainst(ctx, inForce, { purpose, method, isRefusal: false });
}

async function decideAgainst(
  ctx: Ctx,
  inForce: InForce,
  no: { readonly purpose: ConsentPurpose; readonly method: ConsentMethod; readonly isRefusal: boolean },
): Promise<ConsentStatus> {
  const { purpose, method, isRefusal } = no;
  const status = await inTransaction(ctx, 'rights', async (ctx) => {
    await lockConsents(ctx);
    const { state } = await readStatus(ctx, inForce, purpose);
    const kind = noOf(state, isRefusal);
    if (kind !== null) {
      await recordEvent(ctx, inForce, { purpose, kind, method, shown: null });
      await audit(ctx, `privacy.consent_${kind}`, { targetId: purpose, subjectId: userOf(ctx) });
      if (kind === 'withdrawn') await forgetConsented.enqueue(ctx, { purpose, subject: userOf(ctx) });
    }
    return readStatus(ctx, inForce, purpose);
  });
  // Also when it was taken back before: that call may have been cut off while it waited.
  await endConsentWork(ctx, { purpose, subject: userOf(ctx) });
  return status;
}

/** Which event a no is, null when it was said before. */
function noOf(state: ConsentStatus['state'], isRefusal: boolean): 'refused' | 'withdrawn' | null {
  switch (state) {
    case 'given':
    case 'outdated':
      return 'withdrawn';
    case 'undecided':
      return isRefusal ? 'refused' : null;
    case 'refused':
    case 'withdrawn':
      return null;
  }
}

/** Every form in which the text of a purpose may be before this person's eyes now. */
function textsShownNow(ctx: Ctx, { policy }: InForce, purpose: ConsentPurpose) {
  return locales.flatMap((locale) =>
    (['page', 'prompt'] as const).map(
      (occasion) =>
        ({
          noticeHash: noticeInForce(ctx, purpose, locale).hash,
          purpose,
          locale,
          policyVersion: policy.version,
          shownTo: shownTo(ctx, userOf(ctx)),
          occasion,
        }) satisfies ShownText,
    ),
  );
}
