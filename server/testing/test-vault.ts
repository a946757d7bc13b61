import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type KeyVault, openLocalVault } from '@candor/privacy-engine';

export interface TestVault {
  readonly vault: KeyVault;
  /** Where its keys are, for other processes. */
  readonly folder: string;
}

/** A real vault in a folder of its own, in memory where the machine offers that: it waits for the disk at each key. */
export async function openTestVault(): Promise<TestVault & { removeVault: () => Promise<void> }> {
  const root = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
  const folder = await mkdtemp(join(root, 'candor-test-vault-'));
  const vault = await openLocalVault({ folder });
  return {
    vault,
    folder,
    async removeVault() {
      vault.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
