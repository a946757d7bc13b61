import { expect, test } from 'vitest';
import type { JsonObject } from '../receipts/canonical-bytes.ts';
import { issueReceipt } from '../receipts/receipt.ts';
import { signDocument } from '../receipts/signed-document.ts';
import { createPrivateJwk, openSigningKey, publicKeySet } from '../receipts/signing-key.ts';
import { hashEntry } from './log-entry.ts';
import { someEntries } from './testing/memory-log.ts';
import { readTreeHead, signTreeHead } from './tree-head.ts';
import { appendLeaves, emptyTree, rootOf } from './tree-state.ts';

const now = new Date('2026-11-23T08:00:00Z');
const key = await openSigningKey(await createPrivateJwk());
const keySet = publicKeySet(key);

test('a log can be signed for before its first entry', async () => {
  const text = await signTreeHead(key, emptyTree, now);
  expect(await readTreeHead(text, keySet)).toMatchObject({
    isGenuine: true,
    head: { size: 0, root: rootOf(emptyTree) },
  });
});

test('a signed head says size, root and time, and nothing else passes for one', async () => {
  const tree = appendLeaves(emptyTree, someEntries(5).map(hashEntry)).state;
  const text = await signTreeHead(key, tree, now);
  expect(await readTreeHead(text, keySet)).toEqual({
    isGenuine: true,
    keyId: key.keyId,
    head: { size: 5, root: rootOf(tree), at: '2026-11-23T08:00:00.000Z' },
  });
  const root = 'a'.repeat(64);
  const receipt = await issueReceipt(key, { size: 5, root, at: '' });
  expect(await readTreeHead(receipt, keySet)).toEqual({ isGenuine: false, reason: 'wrong_kind' });
  const malformed: JsonObject[] = [
    { size: -1, root, at: '' },
    { size: 1.5, root, at: '' },
    { size: 1, root: 'a', at: '' },
    { size: 1, root },
  ];
  for (const payload of malformed) {
    const signed = await signDocument(key, 'tree-head', payload);
    expect(await readTreeHead(signed, keySet)).toEqual({ isGenuine: false, reason: 'malformed' });
  }
  const stranger = publicKeySet(await openSigningKey(await createPrivateJwk()));
  expect(await readTreeHead(text, stranger)).toEqual({ isGenuine: false, reason: 'unknown_key' });
});
