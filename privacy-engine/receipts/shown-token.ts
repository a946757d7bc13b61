import { base64url } from 'jose';
import type { JsonObject } from './canonical-bytes.ts';
import { readDocument, signDocument } from './signed-document.ts';
import type { PublicKeySet, SigningKey } from './signing-key.ts';

/** The text a person was shown. One purpose, so that one tick cannot carry two consents (PIPL 14, 23, 25, 29, 39). */
export interface ShownText {
  /** SHA-256 of the very text, as shown. */
  readonly noticeHash: string;
  readonly purpose: string;
  readonly locale: string;
  readonly policyVersion: string;
  /** Keyed hash of the person it was shown to, so that the token is of no use to another person. */
  readonly shownTo: string;
  /** How the text came before their eyes, such as on a page they opened or in a prompt they did not ask for. */
  readonly occasion: string;
}

/** Remembers which tokens were used, in the transaction that stores the consent. */
export interface UsedTokens {
  /**
   * Notes the nonce and answers whether it was new. Must be atomic (an insert under a unique key). It may be
   * forgotten after `until`, when the token has expired anyway. Storing the consent to `shown` with it is best.
   */
  note(nonce: string, until: Date, shown: ShownText): Promise<boolean>;
}

export type ShownTokenUse =
  | { readonly isAccepted: true; readonly shown: ShownText; readonly nonce: string }
  | {
      readonly isAccepted: false;
      readonly reason: 'not_genuine' | 'expired' | 'other_text' | 'already_used';
    };

/** Long enough to read a notice and ask for advice, short enough that the text is still the text. */
const defaultTtlSeconds = 1800;

/**
 * Minted by the server together with the dialog that shows the text: without it there is no consent, so no caller can
 * consent to what was not shown, nor to a text since replaced.
 */
export async function mintShownToken(
  key: SigningKey,
  shown: ShownText,
  options: { readonly now: Date; readonly ttlSeconds?: number },
): Promise<string> {
  const { noticeHash, purpose, locale, policyVersion, shownTo, occasion } = shown;
  const nonce = base64url.encode(crypto.getRandomValues(new Uint8Array(16)));
  const exp = Math.floor(options.now.getTime() / 1000) + (options.ttlSeconds ?? defaultTtlSeconds);
  const claims = { noticeHash, purpose, locale, policyVersion, shownTo, occasion, nonce, exp };
  return signDocument(key, 'shown-token', claims);
}

/**
 * Uses up a token for the consent it was minted for. `inForce` is what the server would show this person now, one entry
 * per language and occasion; `now` is the server's clock. The token is noted as used last, so that a refused attempt does not spend it.
 */
export async function useShownToken(
  token: string,
  check: {
    readonly keySet: PublicKeySet;
    readonly now: Date;
    readonly inForce: readonly ShownText[];
    readonly usedTokens: UsedTokens;
  },
): Promise<ShownTokenUse> {
  const reading = await readDocument('shown-token', token, check.keySet);
  const claims = reading.isGenuine ? findClaims(reading.payload) : undefined;
  if (claims === undefined) return { isAccepted: false, reason: 'not_genuine' };
  const { nonce, expiresAt, ...shown } = claims;
  const isFresh = check.now < expiresAt;
  if (!isFresh) return { isAccepted: false, reason: 'expired' };
  if (!check.inForce.some((text) => isSameText(shown, text)))
    return { isAccepted: false, reason: 'other_text' };
  const isNew = await check.usedTokens.note(nonce, expiresAt, shown);
  return isNew ? { isAccepted: true, shown, nonce } : { isAccepted: false, reason: 'already_used' };
}

function isSameText(one: ShownText, other: ShownText): boolean {
  return (
    one.noticeHash === other.noticeHash &&
    one.purpose === other.purpose &&
    one.locale === other.locale &&
    one.policyVersion === other.policyVersion &&
    one.shownTo === other.shownTo &&
    one.occasion === other.occasion
  );
}

function findClaims(payload: JsonObject): (ShownText & { nonce: string; expiresAt: Date }) | undefined {
  const { noticeHash, purpose, locale, policyVersion, shownTo, occasion, nonce, exp } = payload;
  if (typeof noticeHash !== 'string' || typeof purpose !== 'string' || typeof locale !== 'string')
    return undefined;
  if (typeof policyVersion !== 'string' || typeof shownTo !== 'string' || typeof occasion !== 'string')
    return undefined;
  if (typeof nonce !== 'string' || typeof exp !== 'number') return undefined;
  const shown = { noticeHash, purpose, locale, policyVersion, shownTo, occasion };
  return { ...shown, nonce, expiresAt: new Date(exp * 1000) };
}
