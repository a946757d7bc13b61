import { expect, test } from 'vitest';
import { signDocument } from '../receipts/signed-document.ts';
import { createPrivateJwk, openSigningKey, publicKeySet } from '../receipts/signing-key.ts';
import { readTreeCut, signTreeCut } from './tree-cut.ts';

const at = '2026-11-23T08:00:00Z';

test('a log can be set back to nothing', async () => {
  const key = await openSigningKey(await createPrivateJwk());
  const cut = { from: 3, to: 0, at };
  expect(await readTreeCut(await signTreeCut(key, cut), publicKeySet(key))).toEqual({
    isGenuine: true,
    cut,
  });
});

test('what is signed as a cut and is none sets nothing back', async () => {
  const key = await openSigningKey(await createPrivateJwk());
  const wrong = [
    { from: 3, to: 3, at },
    { from: 3, to: 4, at },
    { from: 3, to: -1, at },
    { from: 3, to: 1.5, at },
    { from: 2.5, to: 1, at },
    { from: '3', to: 1, at },
    { from: 3, to: 1, at: 5 },
  ];
  for (const payload of wrong) {
    // oxlint-disable-next-line no-await-in-loop -- few, and the failing one is named
    const reading = await readTreeCut(await signDocument(key, 'tree-cut', payload), publicKeySet(key));
    expect(reading, JSON.stringify(payload)).toEqual({ isGenuine: false, reason: 'malformed' });
  }
});
