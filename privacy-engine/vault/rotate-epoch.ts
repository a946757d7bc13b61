import type { EpochFolders } from './epoch-folders.ts';
import type { KeySlots } from './key-slots.ts';
import type { Keyring } from './keyring.ts';
import { VaultError } from './vault-error.ts';
import type { WrappedKey } from './wrapped-key.ts';

export interface VaultParts {
  readonly slots: KeySlots;
  readonly epochs: EpochFolders;
  readonly keyring: Keyring;
}

interface Place {
  readonly slot: string;
  readonly version: number;
}

const batchSize = 64;
const mostPasses = 50;

/**
 * Open the next epoch, fence the older ones, wrap survivors anew until a whole pass finds none, destroy the old keys.
 * Stopped anywhere, it can be started again: every step looks at what is there, none remembers. Any number of
 * processes may do it at once and meanwhile make and destroy keys.
 */
export async function rotateEpoch(parts: VaultParts): Promise<void> {
  const alive = await parts.keyring.epochs();
  const isUnfinished = alive.length > 1;
  const target = isUnfinished ? Math.max(...alive) : await parts.keyring.openNextEpoch();
  await parts.epochs.open(target);
  for (let epoch = 1; epoch < target; epoch += 1) await parts.epochs.fence(epoch);
  await rewrapSurvivors(parts, target);
  await parts.keyring.destroyEpochsBefore(target);
}

async function rewrapSurvivors(parts: VaultParts, target: number): Promise<void> {
  for (let pass = 0; pass < mostPasses; pass += 1) {
    if ((await rewrapPass(parts, target)) === 0) return;
  }
  throw new VaultError('contended', 'Another process keeps rotating; rotate again');
}

/** @returns how many keys were found under an older epoch, whether or not wrapping them anew succeeded. */
async function rewrapPass(parts: VaultParts, target: number): Promise<number> {
  let found = 0;
  let batch: Place[] = [];
  for await (const { slot, versions } of parts.slots.list()) {
    for (const version of versions) {
      const key = await parts.slots.read(slot, version);
      if (key !== undefined && key.epoch < target) batch.push({ slot, version });
    }
    if (batch.length < batchSize) continue;
    found += batch.length;
    await rewrapBatch(parts, batch, target);
    batch = [];
  }
  if (batch.length > 0) await rewrapBatch(parts, batch, target);
  return found + batch.length;
}

/** What is not done here, because another process was faster or slower, is found by the next pass. */
async function rewrapBatch(parts: VaultParts, batch: readonly Place[], target: number): Promise<void> {
  const newest = Math.max(...(await parts.keyring.epochs()));
  await parts.epochs.open(newest);
  const staged: { slot: string; key: WrappedKey; folder: string }[] = [];
  for (const { slot, version } of batch) {
    const folder = await parts.epochs.stage(newest, slot);
    if (folder === undefined) continue;
    // Read only now: a destruction that did not see the folder has left nothing to read.
    const key = await parts.slots.read(slot, version);
    if (key !== undefined && key.epoch < target) staged.push({ slot, key, folder });
    else await parts.epochs.unstage(folder);
  }
  const rewrapped = await rewrapUnchanged(parts, staged);
  for (const [index, { slot, folder }] of staged.entries()) {
    const key = rewrapped[index];
    if (key?.epoch === newest) await parts.slots.replace(slot, key, folder);
    await parts.epochs.unstage(folder);
  }
}

/** A key that cannot be unwrapped is damaged, unless another process has wrapped it anew or destroyed it meanwhile. */
async function rewrapUnchanged(
  { slots, keyring }: VaultParts,
  entries: readonly { readonly slot: string; readonly key: WrappedKey }[],
): Promise<WrappedKey[]> {
  if (entries.length === 0) return [];
  try {
    return await keyring.rewrap(entries);
  } catch (error) {
    for (const { slot, key } of entries) {
      const now = await slots.read(slot, key.version);
      if (now?.wrapped !== key.wrapped) return [];
    }
    throw error;
  }
}
