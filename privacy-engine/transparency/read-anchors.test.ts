import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createPrivateJwk, openSigningKey, publicKeySet, type SigningKey } from '../receipts/signing-key.ts';
import type { Anchor } from './anchor.ts';
import { openDirectoryAnchor } from './directory-anchor.ts';
import { hashEntry, type LogEntry } from './log-entry.ts';
import { readAnchors } from './read-anchors.ts';
import { anchoredLeavesOf, someEntries } from './testing/memory-log.ts';
import { signTreeCut } from './tree-cut.ts';
import { signTreeHead } from './tree-head.ts';
import { appendLeaves, emptyTree } from './tree-state.ts';
import { verifyLog } from './verify-log.ts';

const now = new Date('2026-11-23T08:00:00Z');

async function anAnchor(): Promise<Anchor> {
  const home = await mkdtemp(join(tmpdir(), 'anchor-'));
  onTestFinished(() => rm(home, { recursive: true }));
  return openDirectoryAnchor(join(home, 'anchor'));
}

async function publish(anchor: Anchor, key: SigningKey, log: readonly LogEntry[], from: number) {
  const tree = appendLeaves(emptyTree, log.map(hashEntry)).state;
  const leaves = anchoredLeavesOf(log).slice(from);
  await anchor.publish({ head: await signTreeHead(key, tree, now), leaves, now });
}

/** Another history after the first `shared` entries. */
function otherAfter(shared: number, size: number): LogEntry[] {
  return someEntries(size).map(({ envelope, ciphertext }, seq) => ({
    envelope,
    ciphertext: seq < shared ? ciphertext : Buffer.from(`another ${seq}`),
  }));
}

test('AUD what was signed beyond an accepted cut counts no longer, in the anchor that knows the cut and in one that does not yet; what comes after it does', async () => {
  const key = await openSigningKey(await createPrivateJwk());
  const keySet = publicKeySet(key);
  const [home, away] = [await anAnchor(), await anAnchor()];
  const lost = someEntries(9);
  for (const anchor of [home, away]) {
    await publish(anchor, key, lost.slice(0, 4), 0);
    await publish(anchor, key, lost, 4);
  }
  const now1 = { from: 9, to: 5, at: now.toISOString() };
  await home.publishCut(await signTreeCut(key, now1), now);
  const log = otherAfter(5, 12);
  await publish(home, key, log.slice(0, 7), 4);
  await publish(home, key, log, 7);

  const { readings, cuts } = await readAnchors(new Map(Object.entries({ home, away })), keySet);
  expect(cuts).toEqual([now1]);
  const [near, far] = [readings.get('home'), readings.get('away')];
  expect(near?.heads.map(({ size }) => size)).toEqual([4, 7, 12]);
  expect(far?.heads.map(({ size }) => size)).toEqual([4]);
  expect([near?.lackingCuts.length, far?.lackingCuts.length]).toEqual([0, 1]);
  expect(await verifyLog(log, near?.heads ?? [], near?.leaves())).toMatchObject({ isIntact: true, size: 12 });
  // The leaves of the lost history do not hide where the new one was changed.
  const changed = log.map((entry, seq) =>
    seq === 6 ? { ...entry, ciphertext: Buffer.from('forged') } : entry,
  );
  expect(await verifyLog(changed, near?.heads ?? [], near?.leaves())).toMatchObject({
    fault: 'forked',
    firstBadLeaf: 6,
    lastSuspectLeaf: 6,
  });
});

test('AUD a cut that another key has signed sets nothing back and is strange', async () => {
  const [key, stranger] = await Promise.all([1, 2].map(async () => openSigningKey(await createPrivateJwk())));
  if (key === undefined || stranger === undefined) throw new Error('no keys');
  const anchor = await anAnchor();
  await publish(anchor, key, someEntries(6), 0);
  await anchor.publishCut(await signTreeCut(stranger, { from: 6, to: 2, at: now.toISOString() }), now);
  const { readings, cuts } = await readAnchors(new Map([['home', anchor]]), publicKeySet(key));
  expect(cuts).toEqual([]);
  expect(readings.get('home')).toMatchObject({ heads: [{ size: 6 }], isStrange: true });
});
