import { createHash, createPublicKey, verify } from 'node:crypto';
import fc from 'fast-check';
import { base64url, CompactSign, importJWK } from 'jose';
import { beforeAll, expect, test } from 'vitest';
import { canonicalBytes, type JsonObject } from './canonical-bytes.ts';
import { issueCertificate, issueReceipt, verifyCertificate, verifyReceipt } from './receipt.ts';
import {
  createPrivateJwk,
  openSigningKey,
  type PublicKeySet,
  publicKeySet,
  type SigningKey,
} from './signing-key.ts';

const statement = { receiptId: 'rcpt_1', event: 'given', purpose: 'marketing', at: '2026-11-23T08:00:00Z' };
let key: SigningKey;
let keySet: PublicKeySet;

beforeAll(async () => {
  key = await openSigningKey(await createPrivateJwk());
  keySet = publicKeySet(key);
});

/** Any JSON object; numbers as JSON writes them back. */
const anyStatement = fc
  .dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ stringUnit: 'grapheme' }))
  .map((value): JsonObject => JSON.parse(JSON.stringify(value)));

/** Signs anything under any header with the genuine key, as only a bug of ours could. */
async function signRaw(payload: string, header: object): Promise<string> {
  return new CompactSign(new TextEncoder().encode(payload))
    .setProtectedHeader({ alg: 'EdDSA', kid: key.keyId, typ: 'privacy-receipt+jws', ...header })
    .sign(key.privateKey);
}

test('a receipt says what was passed and nothing else', async () => {
  const receipt = await issueReceipt(key, statement);
  const [header = '', payload = ''] = receipt.split('.');
  expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual({
    alg: 'EdDSA',
    kid: key.keyId,
    typ: 'privacy-receipt+jws',
  });
  expect(Buffer.from(payload, 'base64url').toString()).toBe(
    '{"at":"2026-11-23T08:00:00Z","event":"given","purpose":"marketing","receiptId":"rcpt_1"}',
  );
});

test('any statement comes back as it was, and the order of its keys does not matter', async () => {
  await fc.assert(
    fc.asyncProperty(anyStatement, async (value) => {
      const receipt = await issueReceipt(key, value);
      expect(await verifyReceipt(receipt, keySet)).toEqual({
        isGenuine: true,
        keyId: key.keyId,
        payload: value,
      });
      const reversed = Object.fromEntries(Object.entries(value).toReversed());
      expect(await issueReceipt(key, reversed)).toBe(receipt);
    }),
    { numRuns: 50 },
  );
});

test('someone without this code can check a receipt', async () => {
  const receipt = await issueReceipt(key, statement);
  const [header = '', payload = '', signature = ''] = receipt.split('.');
  const publicKey = createPublicKey({ key: { ...key.publicJwk }, format: 'jwk' });
  expect(
    verify(null, Buffer.from(`${header}.${payload}`), publicKey, Buffer.from(signature, 'base64url')),
  ).toBe(true);
  const { crv, kty, x } = key.publicJwk;
  const thumbprint = createHash('sha256').update(JSON.stringify({ crv, kty, x })).digest('base64url');
  expect(key.keyId).toBe(thumbprint);
});

test('no character of a receipt can be changed, removed or added', async () => {
  const receipt = await issueReceipt(key, statement);
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ ';
  const forgeries = new Set<string>();
  for (let at = 0; at < receipt.length; at += 1) {
    const [before, after] = [receipt.slice(0, at), receipt.slice(at + 1)];
    forgeries.add(before + after);
    for (const step of [1, 2, 17]) {
      const other = alphabet[(alphabet.indexOf(receipt[at] ?? '') + step) % alphabet.length] ?? '';
      forgeries.add(before + other + after);
      forgeries.add(before + other + receipt.slice(at));
    }
  }
  // All other spellings of the last character: four of its six bits belong to no byte.
  for (const last of alphabet.slice(0, 64)) forgeries.add(receipt.slice(0, -1) + last);
  forgeries.delete(receipt);
  const accepted: string[] = [];
  for (const forgery of forgeries) {
    if (forgery.trim() === receipt) continue;
    if ((await verifyReceipt(forgery, keySet)).isGenuine) accepted.push(forgery);
  }
  expect(forgeries.size).toBeGreaterThan(1000);
  expect(accepted).toEqual([]);
}, 30_000);

test('a receipt signed before a rotation stays genuine, one by a key taken out or unknown does not', async () => {
  const old = await issueReceipt(key, statement);
  const next = await openSigningKey(await createPrivateJwk());
  const rotated = publicKeySet(next, key);
  expect(await verifyReceipt(old, rotated)).toMatchObject({ isGenuine: true, keyId: key.keyId });
  expect(await verifyReceipt(await issueReceipt(next, statement), rotated)).toMatchObject({
    keyId: next.keyId,
  });
  expect(await verifyReceipt(old, publicKeySet(next))).toEqual({ isGenuine: false, reason: 'unknown_key' });
  const stolenName = publicKeySet({ publicJwk: { ...next.publicJwk, kid: key.keyId } });
  expect(await verifyReceipt(old, stolenName)).toEqual({ isGenuine: false, reason: 'bad_signature' });
});

test('a published key has no private half, and only Ed25519 can sign', async () => {
  const privateJwk = await createPrivateJwk();
  const published = publicKeySet(await openSigningKey(privateJwk));
  expect(JSON.stringify(published)).not.toContain(privateJwk.d);
  await expect(openSigningKey({ kty: 'OKP', crv: 'Ed25519', x: key.publicJwk.x })).rejects.toThrow(TypeError);
  await expect(openSigningKey({ ...privateJwk, crv: 'X25519' })).rejects.toThrow(TypeError);
});

test('a receipt is no certificate and a certificate no receipt', async () => {
  const receipt = await issueReceipt(key, statement);
  const certificate = await issueCertificate(key, statement);
  expect(await verifyCertificate(certificate, keySet)).toMatchObject({ isGenuine: true });
  expect(await verifyCertificate(receipt, keySet)).toEqual({ isGenuine: false, reason: 'wrong_kind' });
  expect(await verifyReceipt(certificate, keySet)).toEqual({ isGenuine: false, reason: 'wrong_kind' });
});

test('even with a genuine signature, only one spelling of a receipt is one', async () => {
  expect(await verifyReceipt(await signRaw('{"a":1,"b":2}', {}), keySet)).toMatchObject({ isGenuine: true });
  for (const payload of [
    '{"b":2,"a":1}',
    '{"a":1, "b":2}',
    '{"a":1,"a":1}',
    '{"a":1.0}',
    '\uFEFF{}',
    '[]',
    '1',
    'null',
    '',
    '{',
  ]) {
    expect(await verifyReceipt(await signRaw(payload, {}), keySet), payload).toEqual({
      isGenuine: false,
      reason: 'malformed',
    });
  }
  const embedded = await signRaw('{}', { jwk: { ...key.publicJwk } });
  expect(await verifyReceipt(embedded, keySet)).toEqual({ isGenuine: false, reason: 'malformed' });
  const named = await signRaw('{}', { kid: undefined });
  expect(await verifyReceipt(named, keySet)).toEqual({ isGenuine: false, reason: 'malformed' });
});

test('a receipt without signature, or signed with the public key as a secret, is refused', async () => {
  const header = (alg: string) =>
    base64url.encode(JSON.stringify({ alg, kid: key.keyId, typ: 'privacy-receipt+jws' }));
  const payload = base64url.encode(canonicalBytes(statement));
  expect((await verifyReceipt(`${header('none')}.${payload}.`, keySet)).isGenuine).toBe(false);
  expect((await verifyReceipt(`${header('EdDSA')}.${payload}.`, keySet)).isGenuine).toBe(false);
  const secret = await importJWK({ kty: 'oct', k: key.publicJwk.x }, 'HS256');
  const confused = await new CompactSign(canonicalBytes(statement))
    .setProtectedHeader({ alg: 'HS256', kid: key.keyId, typ: 'privacy-receipt+jws' })
    .sign(secret);
  expect((await verifyReceipt(confused, keySet)).isGenuine).toBe(false);
});

test('a document with a sign that no part of it can have is malformed, whatever its signature', async () => {
  const [header = '', payload = '', signature = ''] = (await issueReceipt(key, statement)).split('.');
  for (const text of [
    `*${header}.${payload}.${signature}`,
    `${header}.*.${signature}`,
    `${header}.${payload}.*`,
  ])
    expect(await verifyReceipt(text, keySet)).toEqual({ isGenuine: false, reason: 'malformed' });
});

test('what is no JSON has no bytes that could be signed', () => {
  for (const value of [undefined, Infinity, Number.NaN, 'half a pair \ud83d'])
    expect(() => canonicalBytes(value as never)).toThrow(Error);
});

test('what is no document at all is answered, not thrown', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.string(),
        fc.array(fc.base64String(), { maxLength: 4 }).map((parts) => parts.join('.')),
      ),
      async (text) => {
        expect((await verifyReceipt(text, keySet)).isGenuine).toBe(false);
      },
    ),
  );
});
