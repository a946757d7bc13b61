import { createReadStream } from 'node:fs';
import { lstat, mkdir, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Anchor, AnchoredLeaf, AnchorRecord } from './anchor.ts';

/**
 * An anchor in a directory only its owner may enter: one file of JSON lines per month, opened for appending only, so
 * that an operator can forbid everything else (`chattr +a`). A line torn by a crash is no JSON and is skipped; its
 * publication was never acknowledged and comes again.
 * @throws Error when the path is no directory or lets others in.
 */
export async function openDirectoryAnchor(
  directory: string,
  { keepsLeaves = true }: { readonly keepsLeaves?: boolean } = {},
): Promise<Anchor> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await requirePrivateDirectory(directory);
  return anchorIn(directory, { keepsLeaves });
}

/** The anchor in a directory that need not be there now: reading and publishing fail while it is away. */
export function anchorIn(
  directory: string,
  { keepsLeaves = true }: { readonly keepsLeaves?: boolean } = {},
): Anchor {
  const append = async (records: readonly object[], now: Date): Promise<void> => {
    await requirePrivateDirectory(directory);
    // The empty line first ends whatever an earlier crash has left unfinished.
    const text = `\n${records.map((record) => `${JSON.stringify(record)}\n`).join('')}`;
    await appendDurably(directory, `${now.toISOString().slice(0, 7)}.jsonl`, text);
  };
  return {
    keepsLeaves,
    publish: async ({ head, leaves, now }) =>
      append([...(keepsLeaves ? leaves.map(leafRecord) : []), { head }], now),
    publishCut: async (cut, now) => append([{ cut }], now),
    read: () => readRecords(directory),
  };
}

async function requirePrivateDirectory(directory: string): Promise<void> {
  const status = await lstat(directory);
  if (!status.isDirectory()) throw new Error(`the anchor ${directory} is not a directory`);
  if ((status.mode & 0o077) !== 0) throw new Error(`the anchor ${directory} must have mode 0700`);
}

async function appendDurably(directory: string, name: string, text: string): Promise<void> {
  const file = await open(join(directory, name), 'a', 0o600);
  try {
    await file.appendFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  // The first line of a month also makes the file, and only the directory knows its name.
  const entry = await open(directory, 'r');
  try {
    await entry.sync();
  } finally {
    await entry.close();
  }
}

async function* readRecords(directory: string): AsyncGenerator<AnchorRecord> {
  const names = (await readdir(directory)).filter((name) => /^\d{4}-\d{2}\.jsonl$/.test(name)).sort();
  for (const name of names) {
    const input = createReadStream(join(directory, name), 'utf8');
    for await (const line of createInterface({ input, crlfDelay: Infinity })) {
      const record = findRecord(line);
      if (record !== undefined) yield record;
    }
  }
}

function leafRecord({ index, leafHash }: AnchoredLeaf): object {
  return { leaf: index, hash: Buffer.from(leafHash).toString('hex') };
}

function findRecord(line: string): AnchorRecord | undefined {
  const { head, cut, leaf, hash } = parseObject(line);
  if (typeof head === 'string') return { head };
  if (typeof cut === 'string') return { cut };
  if (typeof leaf !== 'number' || !Number.isSafeInteger(leaf) || leaf < 0) return undefined;
  if (typeof hash !== 'string' || !/^[0-9a-f]{64}$/.test(hash)) return undefined;
  return { index: leaf, leafHash: Buffer.from(hash, 'hex') };
}

function parseObject(line: string): {
  readonly head?: unknown;
  readonly cut?: unknown;
  readonly leaf?: unknown;
  readonly hash?: unknown;
} {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
