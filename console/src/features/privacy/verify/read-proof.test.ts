import { signDocument } from '@candor/privacy-engine/signed-document';
import { createPrivateJwk, openSigningKey, publicKeySet } from '@candor/privacy-engine/signing-key';
import { beforeAll, expect, test } from 'vitest';
import { parseKeySet, readProof } from './read-proof.ts';

const statement = { purpose: 'marketing', event: { kind: 'given', at: '2026-11-23T08:00:00Z' } };
let key: Awaited<ReturnType<typeof openSigningKey>>;
let receipt: string;

beforeAll(async () => {
  key = await openSigningKey(await createPrivateJwk());
  receipt = await signDocument(key, 'receipt', statement);
});

test('a genuine receipt is read alone, wrapped by a mail program, and inside a JSON file', async () => {
  const wrapped = (receipt.match(/.{1,60}/g) ?? []).join('\n  ');
  const inFile = JSON.stringify({ name: 'my receipt', receipt }, null, 2);
  for (const text of [receipt, `  ${receipt}\n`, wrapped, inFile])
    expect(await readProof(text, publicKeySet(key))).toMatchObject({
      state: 'genuine',
      kind: 'receipt',
      payload: statement,
    });
});

test('a certificate is distinguished from a receipt, and a token for the server is no proof', async () => {
  const certificate = await signDocument(key, 'certificate', { erasureId: 'erase_1' });
  expect(await readProof(certificate, publicKeySet(key))).toMatchObject({ kind: 'certificate' });
  const token = await signDocument(key, 'shown-token', { purpose: 'marketing' });
  expect(await readProof(token, publicKeySet(key))).toEqual({ state: 'refused', reason: 'not_for_you' });
});

test('keys of another cloud, a changed character and no proof at all are told apart', async () => {
  const other = await openSigningKey(await createPrivateJwk());
  expect(await readProof(receipt, publicKeySet(other))).toEqual({ state: 'refused', reason: 'unknown_key' });
  const at = receipt.indexOf('.') + 20;
  const changed = receipt.slice(0, at) + (receipt[at] === 'A' ? 'B' : 'A') + receipt.slice(at + 1);
  expect(await readProof(changed, publicKeySet(key))).toEqual({ state: 'refused', reason: 'bad_signature' });
  expect(await readProof('Dear Sir', publicKeySet(key))).toEqual({ state: 'refused', reason: 'no_document' });
  expect(await readProof('  ', publicKeySet(key))).toEqual({ state: 'empty' });
});

test('only public Ed25519 keys are taken as a key set', () => {
  expect(parseKeySet(JSON.stringify(publicKeySet(key)))).toEqual(publicKeySet(key));
  for (const text of ['', '{}', '{"keys":[]}', '{"keys":[{"kty":"RSA","kid":"a","x":"b"}]}', 'null'])
    expect(parseKeySet(text)).toBeUndefined();
});
