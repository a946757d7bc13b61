import { createHmac, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type DurableFiles, listFolder, readOwnFile, requireOwnFolder } from '../vault/durable-files.ts';
import type { KeyVault } from '../vault/key-vault.ts';
import { lengthPrefixed } from '../vault/length-prefixed.ts';
import { VaultError } from '../vault/vault-error.ts';
import { parseObject } from '../vault/wrapped-key.ts';

/** That somebody was erased, written before it happens. Names nobody: who was erased is found again, not read. */
export interface LedgerLine {
  /** Of the erasure, and of the plan where it had to be made anew. */
  readonly erasureId: string;
  readonly subjectHash: string;
  readonly at: string;
  readonly planHash: string;
}

/** Kept where the keys are, outside the database and its backups, so that it survives a restored dump. */
export interface ErasureLedger {
  /** On the disk when it returns. Repeating it is harmless. */
  append(line: Omit<LedgerLine, 'subjectHash'> & { readonly subject: string }): Promise<LedgerLine>;
  lines(): Promise<LedgerLine[]>;
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

  async function hashOf(subject: string): Promise<string> {
    const key = await vault.blindIndexKey(keyName);
    const message = lengthPrefixed(['erased', subject]);
    return key.use((material) => createHmac('sha256', material).update(message).digest('hex'));
  }
  async function readLine(name: string): Promise<LedgerLine | undefined> {
    const path = join(folder, name);
    const content = await readOwnFile(path);
    return content === undefined ? undefined : parseLine(content.toString(), path);
  }

  return {
    hashOf,
    async append({ subject, ...facts }) {
      const line: LedgerLine = { ...facts, subjectHash: await hashOf(subject) };
      await files.makeFolder(folder);
      await requireOwnFolder(folder);
      await files.syncFolder(vaultFolder);
      // A plan that was made anew is a line of its own.
      const name = `${line.erasureId}.${line.planHash.slice(0, 16)}`;
      const draft = join(vaultFolder, 'scratch', randomBytes(16).toString('hex'));
      await files.writeNew(draft, `${JSON.stringify({ format: 1, ...line })}\n`);
      await files.link(draft, join(folder, name));
      await files.unlink(draft);
      await files.syncFolder(folder);
      return (await readLine(name)) ?? line;
    },
    async lines() {
      const lines: LedgerLine[] = [];
      for (const name of await listFolder(folder)) {
        const line = await readLine(name);
        if (line !== undefined) lines.push(line);
      }
      return lines.toSorted((a, b) => a.at.localeCompare(b.at));
    },
  };
}

function parseLine(text: string, path: string): LedgerLine {
  const { format, erasureId, subjectHash, at, planHash } = parseObject(text, path);
  if (
    format !== 1 ||
    typeof erasureId !== 'string' ||
    typeof subjectHash !== 'string' ||
    typeof at !== 'string' ||
    typeof planHash !== 'string'
  )
    throw new VaultError('corrupt', `${path} is no line of the ledger of erasures`);
  return { erasureId, subjectHash, at, planHash };
}
