import { createHash } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataKey, KeyVault } from '../key-vault.ts';
import { openLocalVault, openTransitVault, type VaultOptions } from '../open-vault.ts';
import type { FakeKms } from './fake-kms.ts';

/** What another process needs to open the same vault. */
export interface VaultAddress {
  readonly folder: string;
  readonly kms?: { readonly address: string; readonly token: string; readonly keyName: string };
}

/** `kmsTimeoutMs`: short only for a KMS that stays silent, because a busy machine may keep any other waiting. */
export type Overrides = Partial<Omit<VaultOptions, 'folder'>> & { readonly kmsTimeoutMs?: number };

export async function openAt(
  { folder, kms }: VaultAddress,
  { kmsTimeoutMs = 30_000, ...overrides }: Overrides = {},
): Promise<KeyVault> {
  if (kms === undefined) return openLocalVault({ folder, ...overrides });
  const { address, token, keyName } = kms;
  const client = { address, token: () => token, timeoutMs: kmsTimeoutMs, sleep: async () => undefined };
  return openTransitVault({ folder, kms: client, keyName, ...overrides });
}

/** One vault of a test, wherever its keys lie: it can be opened many times, and forked as it is. */
export class VaultWorld {
  readonly address: VaultAddress;
  readonly kms: FakeKms | undefined;
  readonly #opened: KeyVault[] = [];

  constructor(address: VaultAddress, kms?: FakeKms) {
    this.address = address;
    this.kms = kms;
  }

  get folder(): string {
    return this.address.folder;
  }

  async open(overrides?: Overrides): Promise<KeyVault> {
    const vault = await openAt(this.address, overrides);
    this.#opened.push(vault);
    return vault;
  }

  async fork(): Promise<VaultWorld> {
    const folder = join(await newFolder(), 'vault');
    await cp(this.folder, folder, { recursive: true });
    if (this.address.kms === undefined || this.kms === undefined) return new VaultWorld({ folder });
    const keyName = `fork-${createHash('sha256').update(folder).digest('hex').slice(0, 16)}`;
    this.kms.copyKey(this.address.kms.keyName, keyName);
    return new VaultWorld({ folder, kms: { ...this.address.kms, keyName } }, this.kms);
  }

  closeAll(): void {
    for (const vault of this.#opened) vault.close();
  }

  /** Paths of all files, wherever they lie in the vault's folder. */
  async files(): Promise<string[]> {
    const entries = await readdir(this.folder, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  }

  /** Files from which a key could be unwrapped, by whatever name and in whatever corner. */
  async wrappedCopies(keyId: string): Promise<string[]> {
    const found: string[] = [];
    for (const path of await this.files()) {
      const content = await readFile(path, 'utf8').catch(() => '');
      if (content.includes(keyId) && content.includes('"wrapped"')) found.push(path);
    }
    return found;
  }
}

const folders: string[] = [];

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'candor vault '));
  folders.push(folder);
  return folder;
}

export async function removeFolders(): Promise<void> {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
}

export async function newLocalWorld(): Promise<VaultWorld> {
  return new VaultWorld({ folder: join(await newFolder(), 'vault') });
}

export async function newTransitWorld(kms: FakeKms, address: string): Promise<VaultWorld> {
  const folder = join(await newFolder(), 'vault');
  return new VaultWorld(
    { folder, kms: { address, token: kms.token, keyName: `vault-${folders.length}` } },
    kms,
  );
}

/** Says whether two keys are the same without showing them. */
export function fingerprint(key: DataKey): string {
  return key.use((material) => createHash('sha256').update(material).digest('hex'));
}
