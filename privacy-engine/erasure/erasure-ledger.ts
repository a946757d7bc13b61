import { createHmac, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type DurableFiles, listFolder, readOwnFile, requireOwnFolder } from '../vault/durable-files.ts';
import type { KeyVault } from '../vault/key-vault.ts';
import { lengthPrefixed } from '../vault/length-prefixed.ts';
import { VaultError } from '../vault/vault-error.ts';
import { parseObject } from '../vault/wrapped-key.ts';

/** That a person was erased, written before it happens. Names no person: who was erased is found again, not read. */
export interface LedgerLine {
  /** Of the erasure, and of the plan where it had to be made anew. */
  readonly erasureId: string;
  readonly subjectHash: string;
  readonly at: string;
  readonly planHash: string;
  /** What the person follows the erasure with, under a key that is destroyed with the certificate; null in old lines. */
  readonly sealedReference: string | null;
}

/** A certificate that outlives the database it was issued from. */
export interface KeptCertificate {
  readonly erasureId: string;
  readonly referenceHash: string;
  /** Sealed with the reference, which only the person has. */
  readonly certificate: string;
  /** No finer than a month. */
  readonly certifiedAt: string;
}

/** Kept where the keys are, outside the database and its backups, so that it survives a restored dump. */
export interface ErasureLedger {
  /** On the disk when it returns. Repeating it is harmless. */
  append(line: Omit<LedgerLine, 'subjectHash'> & { readonly subject: string }): Promise<LedgerLine>;
  lines(): Promise<LedgerLine[]>;
  /** On the disk when it returns. The first certificate of an erasure stays. */
  keep(certificate: KeptCertificate): Promise<void>;
  certificateOf(erasureId: string): Promise<KeptCertificate | undefined>;
  /** What a person is called in the ledger. */
  hashOf(subject: string): Promise<string>;
}

const keyName = 'erasure-ledger';

/**
 * The ledger in the vault's own folder. A line is a file that is linked into its place whole, and never touched again:
 * no crash leaves half a line, and no second writer changes one.
 */
export function createErasureLedger(
  vaultFolder: string,
  files: DurableFiles,
  vault: Pick<KeyVault, 'blindIndexKey'>,
): ErasureLedger {
  const folder = join(vaultFolder, 'erasures');
  const certificates = join(vaultFolder, 'certificates');

  async function hashOf(subject: string): Promise<string> {
    const key = await vault.blindIndexKey(keyName);
    const message = lengthPrefixed(['erased', subject]);
    return key.use((material) => createHmac('sha256', material).update(message).digest('hex'));
  }
  /** A line never goes: a missing one is damage, like one that cannot be read. */
  async function readLine(name: string): Promise<LedgerLine> {
    const path = join(folder, name);
    return parseLine((await readOwnFile(path))?.toString() ?? '', path);
  }

  async function linkNew(into: string, name: string, facts: object): Promise<void> {
    await files.makeFolder(into);
    await requireOwnFolder(into);
    await files.syncFolder(vaultFolder);
    const draft = join(vaultFolder, 'scratch', randomBytes(16).toString('hex'));
    await files.writeNew(draft, `${JSON.stringify({ format: 1, ...facts })}\n`);
    await files.link(draft, join(into, name));
    await files.unlink(draft);
    await files.syncFolder(into);
  }

  return {
    hashOf,
    async append({ subject, ...facts }) {
      const line: LedgerLine = { ...facts, subjectHash: await hashOf(subject) };
      // A plan that was made anew is a line of its own.
      const name = `${line.erasureId}.${line.planHash.slice(0, 16)}`;
      await linkNew(folder, name, line);
      return readLine(name);
    },
    async lines() {
      const lines: LedgerLine[] = [];
      for (const name of await listFolder(folder)) lines.push(await readLine(name));
      return lines.toSorted((a, b) => a.at.localeCompare(b.at));
    },
    keep: async (certificate) => linkNew(certificates, certificate.erasureId, certificate),
    async certificateOf(erasureId) {
      const path = join(certificates, erasureId);
      const content = await readOwnFile(path);
      return content === undefined ? undefined : parseCertificate(content.toString(), path);
    },
  };
}

function parseLine(text: string, path: string): LedgerLine {
  const { format, erasureId, subjectHash, at, planHash, sealedReference = null } = parseObject(text, path);
  if (
    format !== 1 ||
    typeof erasureId !== 'string' ||
    typeof subjectHash !== 'string' ||
    typeof at !== 'string' ||
    typeof planHash !== 'string' ||
    (typeof sealedReference !== 'string' && sealedReference !== null)
  )
    throw new VaultError('corrupt', `${path} is no line of the ledger of erasures`);
  return { erasureId, subjectHash, at, planHash, sealedReference };
}

function parseCertificate(text: string, path: string): KeptCertificate {
  const { format, erasureId, referenceHash, certificate, certifiedAt } = parseObject(text, path);
  if (
    format !== 1 ||
    typeof erasureId !== 'string' ||
    typeof referenceHash !== 'string' ||
    typeof certificate !== 'string' ||
    typeof certifiedAt !== 'string'
  )
    throw new VaultError('corrupt', `${path} is no certificate of an erasure`);
  return { erasureId, referenceHash, certificate, certifiedAt };
}
