import { createCipheriv, randomBytes } from 'node:crypto';
import {
  appendFile,
  chmod,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readlink,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createPrivateJwk, openSigningKey, publicKeySet } from '../receipts/signing-key.ts';
import { anchorIn, openDirectoryAnchor } from './directory-anchor.ts';
import { hashEntry } from './log-entry.ts';
import { createLogMemory } from './log-memory.ts';
import { anchoredLeavesOf, someEntries, someEntry } from './testing/memory-log.ts';
import { readAnchors } from './read-anchors.ts';
import { signTreeHead } from './tree-head.ts';
import { appendLeaves, emptyTree } from './tree-state.ts';
import { verifyLog } from './verify-log.ts';

const now = new Date('2026-11-23T08:00:00Z');
let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'anchor-'));
});
afterEach(async () => rm(home, { recursive: true }));

test('what is published in a directory comes back in order, over months and after reopening', async () => {
  const directory = join(home, 'deep', 'anchor');
  const anchor = await openDirectoryAnchor(directory);
  expect(await collect(anchor.read())).toEqual([]);
  const leaves = anchoredLeavesOf(someEntries(5));
  await anchor.publish({ head: 'first', leaves: leaves.slice(0, 3), now });
  await anchor.publish({ head: 'second', leaves: leaves.slice(3), now: new Date('2026-12-01T00:00:00Z') });
  const reopened = await openDirectoryAnchor(directory);
  expect(await collect(reopened.read())).toEqual([
    ...leaves.slice(0, 3),
    { head: 'first' },
    ...leaves.slice(3),
    { head: 'second' },
  ]);
  expect((await stat(directory)).mode & 0o777).toBe(0o700);
  const files = await readdir(directory);
  expect(files).toEqual(['2026-11.jsonl', '2026-12.jsonl']);
  for (const file of files) expect((await stat(join(directory, file))).mode & 0o777).toBe(0o600);
});

test('a line torn by a crash costs neither the lines before nor those after it', async () => {
  const directory = join(home, 'anchor');
  const anchor = await openDirectoryAnchor(directory);
  const leaves = anchoredLeavesOf(someEntries(4));
  await anchor.publish({ head: 'first', leaves: leaves.slice(0, 2), now });
  const file = await open(join(directory, '2026-11.jsonl'), 'a');
  await file.write('\n{"leaf":2,"hash":"abcdef');
  await file.close();
  await anchor.publish({ head: 'second', leaves: leaves.slice(2), now });
  expect(await collect(anchor.read())).toEqual([
    ...leaves.slice(0, 2),
    { head: 'first' },
    ...leaves.slice(2),
    { head: 'second' },
  ]);
});

test('lines that are no record of an anchor, and files that are not its months, say nothing', async () => {
  const directory = join(home, 'anchor');
  const anchor = await openDirectoryAnchor(directory);
  const leaves = anchoredLeavesOf(someEntries(2));
  await anchor.publish({ head: 'head', leaves, now });
  const hash = 'a'.repeat(64);
  const others = [null, 5, 'text', [], {}, { head: 5 }, { cut: null }, { leaf: 2 }, { hash }];
  const strange = [
    ...others,
    ...[-1, 1.5, 2 ** 53, '2', null].map((leaf) => ({ leaf, hash })),
    ...[hash.slice(1), `${hash}a`, 'g'.repeat(64), [hash], 5].map((other) => ({ leaf: 2, hash: other })),
  ];
  const lines = strange.map((line) => `${JSON.stringify(line)}\n`).join('');
  await appendFile(join(directory, '2026-11.jsonl'), lines);
  for (const name of ['2026-11.jsonl~', 'x2026-11.jsonl', 'notes.txt'])
    await writeFile(join(directory, name), '{"head":"from elsewhere"}\n');
  await mkdir(join(directory, 'lost+found'));
  expect(await collect(anchor.read())).toEqual([...leaves, { head: 'head' }]);
  await appendFile(join(directory, '2026-11.jsonl'), `{"leaf":0,"hash":"${hash}"}\n`);
  expect((await collect(anchor.read())).at(-1)).toEqual({ index: 0, leafHash: Buffer.from(hash, 'hex') });
});

test('an anchor that does not keep leaves keeps what was signed alone, in a folder made when it is needed', async () => {
  const folder = join(home, 'log');
  const memory = createLogMemory(folder);
  expect(await readdir(home)).toEqual([]);
  await memory.publish({ head: 'head', leaves: anchoredLeavesOf(someEntries(3)), now });
  await memory.publishCut('cut', now);
  expect(await collect(memory.read())).toEqual([{ head: 'head' }, { cut: 'cut' }]);
  expect(memory.keepsLeaves).toBe(false);
  const all = anchorIn(folder);
  await all.publish({ head: 'later', leaves: anchoredLeavesOf(someEntries(1)), now });
  expect(all.keepsLeaves).toBe(true);
  const more = [...anchoredLeavesOf(someEntries(1)), { head: 'later' }];
  expect(await collect(memory.read())).toEqual([{ head: 'head' }, { cut: 'cut' }, ...more]);
});

test('a publication leaves no file open', async () => {
  const directory = join(home, 'anchor');
  const anchor = await openDirectoryAnchor(directory);
  await anchor.publish({ head: 'head', leaves: [], now });
  await anchor.publishCut('cut', now);
  const open = await Promise.all(
    (await readdir('/proc/self/fd')).map((fd) => readlink(join('/proc/self/fd', fd)).catch(() => 'closed')),
  );
  expect(open.filter((path) => path.startsWith(home))).toEqual([]);
});

test('a directory others may enter, or none, is no anchor', async () => {
  const open755 = join(home, 'open');
  await openDirectoryAnchor(open755);
  await chmod(open755, 0o755);
  await expect(openDirectoryAnchor(open755)).rejects.toThrow('0700');
  const kept = await openDirectoryAnchor(join(home, 'kept'));
  await chmod(join(home, 'kept'), 0o770);
  await expect(kept.publish({ head: 'head', leaves: [], now })).rejects.toThrow('0700');
  await chmod(join(home, 'kept'), 0o700);
  await symlink(join(home, 'kept'), join(home, 'link'));
  await expect(openDirectoryAnchor(join(home, 'link'))).rejects.toThrow('not a directory');
  await writeFile(join(home, 'file'), '');
  await expect(openDirectoryAnchor(join(home, 'file'))).rejects.toThrow('EEXIST');
});

test('AUD a log is verified from its anchor alone, after a person’s key is gone, and not after a change', async () => {
  const key = await openSigningKey(await createPrivateJwk());
  const keySet = publicKeySet(key);
  const anchor = await openDirectoryAnchor(join(home, 'anchor'));
  const dataKey = randomBytes(32);
  const entries = [0, 1, 2, 3, 4, 5].map((seq) => {
    const cipher = createCipheriv('aes-256-gcm', dataKey, Buffer.alloc(12, seq));
    const ciphertext = Buffer.concat([cipher.update(`detail ${seq}`), cipher.final(), cipher.getAuthTag()]);
    return { envelope: someEntry(seq).envelope, ciphertext };
  });
  for (const size of [2, 6]) {
    const tree = appendLeaves(emptyTree, entries.slice(0, size).map(hashEntry)).state;
    await anchor.publish({
      head: await signTreeHead(key, tree, now),
      leaves: anchoredLeavesOf(entries).slice(size === 2 ? 0 : 2, size),
      now,
    });
  }
  dataKey.fill(0);
  const { readings } = await readAnchors(new Map([['home', anchor]]), keySet);
  const { heads = [], leaves } = readings.get('home') ?? {};
  expect(heads).toHaveLength(2);
  expect(await verifyLog(entries, heads, leaves?.())).toEqual({
    isIntact: true,
    size: 6,
    signedSize: 6,
  });
  const changed = entries.with(3, { envelope: someEntry(3).envelope, ciphertext: Buffer.from('forged') });
  expect(await verifyLog(changed, heads, leaves?.())).toMatchObject({
    fault: 'forked',
    firstBadLeaf: 3,
    lastSuspectLeaf: 3,
  });
});

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}
