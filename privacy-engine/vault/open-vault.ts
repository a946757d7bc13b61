import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { createErasureLedger } from '../erasure/erasure-ledger.ts';
import { createLogMemory } from '../transparency/log-memory.ts';
import { DirectoryVault, namesSlot } from './directory-vault.ts';
import { type BeforeStep, DurableFiles, readOwnFile, requireOwnFolder } from './durable-files.ts';
import { EpochFolders } from './epoch-folders.ts';
import type { KeyVault } from './key-vault.ts';
import type { KeyCacheOptions } from './key-cache.ts';
import { KeySlots } from './key-slots.ts';
import type { Keyring } from './keyring.ts';
import { LocalKeyring } from './local-keyring.ts';
import { gcmSealLimit, type SealLimit } from './seal-limit.ts';
import { TransitClient, type TransitClientOptions } from './transit-client.ts';
import { TransitKeyring } from './transit-keyring.ts';
import { VaultError } from './vault-error.ts';
import { parseObject } from './wrapped-key.ts';

export interface VaultOptions {
  /** Outside the database's files, its log and its backups, and never part of any backup itself. */
  readonly folder: string;
  readonly cache?: Partial<KeyCacheOptions>;
  readonly now?: () => Date;
  readonly sealLimit?: SealLimit;
  readonly beforeStep?: BeforeStep;
}

export interface TransitVaultOptions extends VaultOptions {
  readonly kms: TransitClientOptions;
  /** A transit key of this vault alone: its versions are the epochs, and a rotation destroys the old ones. */
  readonly keyName: string;
}

/** A vault that is one folder. */
export async function openLocalVault(options: VaultOptions): Promise<KeyVault> {
  return openVault(options, (epochs, files) => new LocalKeyring(epochs, files));
}

/** A vault whose key-encryption keys stay in a KMS; the wrapped keys lie in a folder. */
export async function openTransitVault(options: TransitVaultOptions): Promise<KeyVault> {
  const client = new TransitClient(options.kms);
  return openVault(options, (epochs) => new TransitKeyring(client, options.keyName, epochs));
}

async function openVault(
  { folder, cache, now = () => new Date(), sealLimit = gcmSealLimit, beforeStep }: VaultOptions,
  createKeyring: (epochs: EpochFolders, files: DurableFiles) => Keyring,
): Promise<KeyVault> {
  const files = new DurableFiles(beforeStep);
  const epochs = new EpochFolders(folder, files);
  const keyring = createKeyring(epochs, files);
  const slots = new KeySlots(folder, files, epochs);
  const known = await readMark(folder);
  if (known !== undefined && known.driver !== keyring.driver) {
    throw new VaultError(
      'corrupt',
      `${folder} is a vault of the ${known.driver} driver, not of ${keyring.driver}`,
    );
  }
  await makeFolders(folder, files);
  await keyring.prepare(known === undefined);
  await slots.finishDestructions(now().toISOString());
  if (known !== undefined && slots.look(namesSlot).kind !== 'live') throw namesLost(folder);
  const vault = new DirectoryVault({
    parts: { slots, epochs, keyring },
    cache: { maxKeys: 10_000, maxAgeMs: 300_000, ...cache },
    sealLimit,
    now,
    ledger: (self) => createErasureLedger(folder, files, self),
    auditLog: createLogMemory(join(folder, 'audit-log')),
  });
  await checkMark(folder, files, keyring, vault, known?.nameKeyId);
  return vault;
}

const places = ['scratch', 'keys', 'epochs', 'graveyard', 'destroying'];

async function makeFolders(folder: string, files: DurableFiles): Promise<void> {
  await files.makeFolder(folder);
  await requireOwnFolder(folder);
  for (const place of places) {
    await files.makeFolder(join(folder, place));
    await requireOwnFolder(join(folder, place));
  }
  await files.syncFolder(folder);
}

interface Mark {
  readonly driver: string;
  readonly nameKeyId: string;
}

const markName = 'vault.json';

async function readMark(folder: string): Promise<Mark | undefined> {
  const path = join(folder, markName);
  if ((await lstat(folder).catch(() => undefined)) === undefined) return undefined;
  await requireOwnFolder(folder);
  const content = await readOwnFile(path);
  if (content === undefined) return undefined;
  const { format, driver, nameKeyId } = parseObject(content.toString(), path);
  if (format !== 1 || typeof driver !== 'string' || typeof nameKeyId !== 'string') {
    throw new VaultError('corrupt', `${path} is of another version of this program`);
  }
  return { driver, nameKeyId };
}

/**
 * A vault that has lost the key of its names would find no key of any person and quietly make new ones, and everything
 * sealed so far would look as if it had never had a key. So the mark of the folder names that key.
 */
async function checkMark(
  folder: string,
  files: DurableFiles,
  keyring: Keyring,
  vault: DirectoryVault,
  knownNameKeyId: string | undefined,
): Promise<void> {
  const nameKeyId = await vault.nameKeyId();
  if (knownNameKeyId !== undefined && knownNameKeyId !== nameKeyId) {
    vault.close();
    throw namesLost(folder);
  }
  if (knownNameKeyId !== undefined) return;
  const draft = join(folder, 'scratch', nameKeyId);
  await files.writeNew(draft, `${JSON.stringify({ format: 1, driver: keyring.driver, nameKeyId })}\n`);
  await files.link(draft, join(folder, markName));
  await files.unlink(draft);
  await files.syncFolder(folder);
}

function namesLost(folder: string): VaultError {
  return new VaultError('corrupt', `${folder} has lost the key that names its slots: restore it whole`);
}
