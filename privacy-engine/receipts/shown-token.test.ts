import { beforeAll, expect, test } from 'vitest';
import { issueReceipt, verifyReceipt } from './receipt.ts';
import { mintShownToken, type ShownText, type UsedTokens, useShownToken } from './shown-token.ts';
import { signDocument } from './signed-document.ts';
import {
  createPrivateJwk,
  openSigningKey,
  type PublicKeySet,
  publicKeySet,
  type SigningKey,
} from './signing-key.ts';

const shown: ShownText = {
  noticeHash: 'a'.repeat(64),
  purpose: 'marketing',
  locale: 'zh-CN',
  policyVersion: '2026-11-01',
  shownTo: 'hash of a person',
  occasion: 'page',
};
const now = new Date('2026-11-23T08:00:00Z');
let key: SigningKey;
let keySet: PublicKeySet;

beforeAll(async () => {
  key = await openSigningKey(await createPrivateJwk());
  keySet = publicKeySet(key);
});

/** Forgets a nonce when it may, as a table with a sweeper does. */
function rememberUsed(clock: { now: Date }): UsedTokens & { readonly nonces: Map<string, Date> } {
  const nonces = new Map<string, Date>();
  return {
    nonces,
    note: async (nonce, until) => {
      for (const [used, end] of nonces) if (end <= clock.now) nonces.delete(used);
      if (nonces.has(nonce)) return false;
      nonces.set(nonce, until);
      return true;
    },
  };
}

test('a token minted with the text in force is accepted once', async () => {
  const usedTokens = rememberUsed({ now });
  const token = await mintShownToken(key, shown, { now });
  const check = { keySet, now, inForce: [shown], usedTokens };
  expect(await useShownToken(token, check)).toEqual({
    isAccepted: true,
    shown,
    nonce: expect.stringMatching(/^[\w-]{22}$/),
  });
  expect(await useShownToken(token, check)).toEqual({ isAccepted: false, reason: 'already_used' });
  const another = await mintShownToken(key, shown, { now });
  expect(await useShownToken(another, check)).toMatchObject({ isAccepted: true, shown });
});

test('a text is in force in every language and on every occasion in which it would be shown now', async () => {
  const usedTokens = rememberUsed({ now });
  const token = await mintShownToken(key, shown, { now });
  const inForce = [{ ...shown, locale: 'en' }, shown, { ...shown, occasion: 'prompt' }];
  expect(await useShownToken(token, { keySet, now, inForce, usedTokens })).toMatchObject({
    isAccepted: true,
  });
});

test('of many uses at once one is accepted', async () => {
  const usedTokens = rememberUsed({ now });
  const token = await mintShownToken(key, shown, { now });
  const uses = await Promise.all(
    Array.from({ length: 20 }, () => useShownToken(token, { keySet, now, inForce: [shown], usedTokens })),
  );
  expect(uses.filter((use) => use.isAccepted)).toHaveLength(1);
});

test('a token for another text, purpose, language, version, person or occasion is refused and not spent', async () => {
  const usedTokens = rememberUsed({ now });
  const token = await mintShownToken(key, shown, { now });
  for (const change of [
    { noticeHash: 'b'.repeat(64) },
    { purpose: 'training' },
    { locale: 'en' },
    { policyVersion: '2026-12-01' },
    { shownTo: 'hash of another person' },
    { occasion: 'prompt' },
  ]) {
    const inForce = [{ ...shown, ...change }];
    expect(await useShownToken(token, { keySet, now, inForce, usedTokens })).toEqual({
      isAccepted: false,
      reason: 'other_text',
    });
  }
  expect(usedTokens.nonces.size).toBe(0);
  expect(await useShownToken(token, { keySet, now, inForce: [shown], usedTokens })).toMatchObject({
    isAccepted: true,
  });
});

test('a token ends when the server’s clock says so, and can never be used again after that', async () => {
  const clock = { now };
  const usedTokens = rememberUsed(clock);
  const token = await mintShownToken(key, shown, { now, ttlSeconds: 60 });
  const use = async (at: string) => {
    clock.now = new Date(at);
    return useShownToken(token, { keySet, now: clock.now, inForce: [shown], usedTokens });
  };
  expect(await use('2026-11-23T08:00:59.999Z')).toMatchObject({ isAccepted: true });
  expect(await use('2026-11-23T08:01:00Z')).toEqual({ isAccepted: false, reason: 'expired' });
  expect(await use('no date at all')).toEqual({ isAccepted: false, reason: 'expired' });
});

test('a token carries one purpose and only what it needs', async () => {
  const extra = { ...shown, subjectId: 'user_1' };
  const token = await mintShownToken(key, extra, { now });
  const payload: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
  expect(payload).toEqual({ ...shown, nonce: expect.any(String), exp: now.getTime() / 1000 + 1800 });
});

test('a token of another server, a receipt, or half a token is not genuine', async () => {
  const usedTokens = rememberUsed({ now });
  const check = { keySet, now, inForce: [shown], usedTokens };
  const stranger = await openSigningKey(await createPrivateJwk());
  const claims = { ...shown, nonce: 'n', exp: 4_000_000_000 };
  const { purpose } = claims;
  const incomplete = Object.keys(claims).map((name) =>
    Object.fromEntries(Object.entries(claims).filter(([claim]) => claim !== name)),
  );
  for (const token of [
    await mintShownToken(stranger, shown, { now }),
    await issueReceipt(key, claims),
    ...(await Promise.all(incomplete.map((one) => signDocument(key, 'shown-token', one)))),
    await signDocument(key, 'shown-token', { ...claims, purpose: [purpose, 'training'] }),
    '',
  ]) {
    expect(await useShownToken(token, check)).toEqual({ isAccepted: false, reason: 'not_genuine' });
  }
  expect((await verifyReceipt(await mintShownToken(key, shown, { now }), keySet)).isGenuine).toBe(false);
});
