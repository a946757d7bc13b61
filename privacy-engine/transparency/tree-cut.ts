import type { JsonObject } from '../receipts/canonical-bytes.ts';
import { type DocumentReading, readDocument, signDocument } from '../receipts/signed-document.ts';
import type { PublicKeySet, SigningKey } from '../receipts/signing-key.ts';

/** The word of the operator that a log of `from` signed leaves was set back to `to` of them, by a restored backup. */
export interface TreeCut {
  readonly from: number;
  readonly to: number;
  readonly at: string;
}

export type TreeCutReading =
  | { readonly isGenuine: true; readonly cut: TreeCut }
  | Extract<DocumentReading, { readonly isGenuine: false }>;

export async function signTreeCut(key: SigningKey, { from, to, at }: TreeCut): Promise<string> {
  return signDocument(key, 'tree-cut', { from, to, at });
}

export async function readTreeCut(text: string, keySet: PublicKeySet): Promise<TreeCutReading> {
  const reading = await readDocument('tree-cut', text, keySet);
  if (!reading.isGenuine) return reading;
  const cut = findCut(reading.payload);
  return cut === undefined ? { isGenuine: false, reason: 'malformed' } : { isGenuine: true, cut };
}

function findCut({ from, to, at }: JsonObject): TreeCut | undefined {
  if (!isSize(from) || !isSize(to) || to >= from || typeof at !== 'string') return undefined;
  return { from, to, at };
}

function isSize(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
