import type { JsonObject } from '../receipts/canonical-bytes.ts';
import { type DocumentReading, readDocument, signDocument } from '../receipts/signed-document.ts';
import type { PublicKeySet, SigningKey } from '../receipts/signing-key.ts';
import type { Hash } from './tree-hash.ts';
import { rootOf, type TreeState } from './tree-state.ts';

/** What we said the log was at an instant (RFC 6962 §3.5). Saying two things about one size is a fork. */
export interface TreeHead {
  readonly size: number;
  readonly root: Hash;
  readonly at: string;
}

export type TreeHeadReading =
  | { readonly isGenuine: true; readonly keyId: string; readonly head: TreeHead }
  | Extract<DocumentReading, { readonly isGenuine: false }>;

/** Signs the tree as it is now: a compact JWS with Ed25519, readable with the same key set as receipts. */
export async function signTreeHead(key: SigningKey, tree: TreeState, now: Date): Promise<string> {
  const root = Buffer.from(rootOf(tree)).toString('hex');
  return signDocument(key, 'tree-head', { size: tree.size, root, at: now.toISOString() });
}

export async function readTreeHead(text: string, keySet: PublicKeySet): Promise<TreeHeadReading> {
  const reading = await readDocument('tree-head', text, keySet);
  if (!reading.isGenuine) return reading;
  const head = findHead(reading.payload);
  if (head === undefined) return { isGenuine: false, reason: 'malformed' };
  return { isGenuine: true, keyId: reading.keyId, head };
}

function findHead({ size, root, at }: JsonObject): TreeHead | undefined {
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0 || typeof at !== 'string')
    return undefined;
  if (typeof root !== 'string' || !/^[0-9a-f]{64}$/.test(root)) return undefined;
  return { size, root: Buffer.from(root, 'hex'), at };
}
