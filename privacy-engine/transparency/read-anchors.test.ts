import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createPrivateJwk, openSigningKey, publicKeySet, type SigningKey } from '../receipts/signing-key.ts';
import type { Anchor, AnchorRecord } from './anchor.ts';
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

/** An anchor that holds these records, in this order. */
async function anchorOf(records: readonly AnchorRecord[]): Promise<Anchor> {
  const anchor = await anAnchor();
  return {
    ...anchor,
    async *read() {
      yield* anchor.read();
      yield* records;
    },
  };
}

async function headOf(key: SigningKey, log: readonly LogEntry[]): Promise<AnchorRecord> {
  return { head: await signTreeHead(key, appendLeaves(emptyTree, log.map(hashEntry)).state, now) };
}

async function cutOf(key: SigningKey, from: number, to: number): Promise<AnchorRecord> {
  return { cut: await signTreeCut(key, { from, to, at: now.toISOString() }) };
}

async function collect<T>(items: AsyncIterable<T> | undefined): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items ?? []) collected.push(item);
  return collected;
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

test('a cut sets back what stands before it and beyond its size, to the very leaf, and nothing that stands after it', async () => {
  const key = await openSigningKey(await createPrivateJwk());
  const lost = someEntries(6);
  const leaves = anchoredLeavesOf(lost);
  const [later] = anchoredLeavesOf(otherAfter(3, 4)).slice(3);
  if (later === undefined) throw new Error('no leaf');
  const anchor = await anchorOf([
    await headOf(key, lost.slice(0, 3)),
    await headOf(key, lost),
    ...leaves,
    await cutOf(key, 6, 3),
    later,
    await headOf(key, otherAfter(3, 4)),
  ]);
  const { readings } = await readAnchors(new Map([['home', anchor]]), publicKeySet(key));
  expect(readings.get('home')).toMatchObject({ heads: [{ size: 3 }, { size: 4 }], isStrange: false });
  expect(await collect(readings.get('home')?.leaves())).toEqual([...leaves.slice(0, 3), later]);
});

test('a cut that was published twice after a crash sets nothing back that stands between the two', async () => {
  const key = await openSigningKey(await createPrivateJwk());
  const [log, cut] = [otherAfter(3, 5), await cutOf(key, 6, 3)];
  const between = [await headOf(key, log), ...anchoredLeavesOf(log)];
  const anchor = await anchorOf([await headOf(key, someEntries(6)), cut, ...between, cut]);
  const { readings, cuts } = await readAnchors(new Map([['home', anchor]]), publicKeySet(key));
  expect(cuts).toHaveLength(1);
  expect(readings.get('home')?.heads.map(({ size }) => size)).toEqual([5]);
  expect(await collect(readings.get('home')?.leaves())).toEqual(anchoredLeavesOf(log));
});

test('AUD a head that another key has signed, or that is none, counts for nothing and is strange', async () => {
  const [key, stranger] = await Promise.all([1, 2].map(async () => openSigningKey(await createPrivateJwk())));
  if (key === undefined || stranger === undefined) throw new Error('no keys');
  const genuine = await headOf(key, someEntries(2));
  for (const forged of [
    await headOf(stranger, someEntries(6)),
    await cutOf(stranger, 6, 0),
    { head: 'none' },
  ]) {
    const anchors = new Map(
      Object.entries({ strange: await anchorOf([genuine, forged]), sound: await anchorOf([genuine]) }),
    );
    const { readings, cuts } = await readAnchors(anchors, publicKeySet(key));
    expect(cuts).toEqual([]);
    expect(readings.get('strange')).toMatchObject({ heads: [{ size: 2 }], isStrange: true });
    expect(readings.get('sound')).toMatchObject({ heads: [{ size: 2 }], isStrange: false });
  }
});

test('an anchor that cannot be read has no reading beside those of the others, and without a listener it is an error', async () => {
  const key = await openSigningKey(await createPrivateJwk());
  const home = await mkdtemp(join(tmpdir(), 'anchor-'));
  const away = await openDirectoryAnchor(home);
  await rm(home, { recursive: true });
  const anchors = new Map(
    Object.entries({ away, home: await anchorOf([await headOf(key, someEntries(2))]) }),
  );
  const unread: unknown[] = [];
  const { readings } = await readAnchors(anchors, publicKeySet(key), (name, error) =>
    unread.push(name, error),
  );
  expect([...readings.keys()]).toEqual(['home']);
  expect(unread).toEqual(['away', expect.objectContaining({ code: 'ENOENT' })]);
  await expect(readAnchors(anchors, publicKeySet(key))).rejects.toMatchObject({ code: 'ENOENT' });
});
