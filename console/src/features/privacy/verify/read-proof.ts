import {
  type DocumentKind,
  type DocumentReading,
  readDocument,
} from '@candor/privacy-engine/signed-document';
import type { PublicJwk, PublicKeySet } from '@candor/privacy-engine/signing-key';

export type ProofReading =
  | { readonly state: 'empty' }
  /** Browsers check signatures on https and on this machine only. */
  | { readonly state: 'insecure' }
  | {
      readonly state: 'refused';
      readonly reason:
        | Extract<DocumentReading, { isGenuine: false }>['reason']
        | 'no_document'
        | 'not_for_you';
    }
  | {
      readonly state: 'genuine';
      readonly kind: ProofKind;
      readonly keyId: string;
      readonly payload: Readonly<Record<string, unknown>>;
    };

/** What a person may hold in their hands. A shown token is signed too, but it proves nothing to others. */
export const proofKinds = [
  'receipt',
  'certificate',
  'tree-head',
  'tree-cut',
] as const satisfies readonly DocumentKind[];
export type ProofKind = (typeof proofKinds)[number];

const compactJws = /[\w-]{8,}\.[\w-]+\.[\w-]{40,}/;

/** The signed document inside what was pasted: alone, wrapped by a mail program, or in a JSON file. */
export function findDocumentText(text: string): string | undefined {
  const found = compactJws.exec(text)?.[0];
  const unwrapped = text.replaceAll(/\s+/g, '');
  return /^[\w.-]+$/.test(unwrapped) ? unwrapped : found;
}

/** Which kind a document says it is; its signature covers that too. */
function kindOf(document: string): DocumentKind | undefined {
  try {
    const header: unknown = JSON.parse(
      atob((document.split('.')[0] ?? '').replaceAll('-', '+').replaceAll('_', '/')),
    );
    const type = typeof header === 'object' && header !== null && 'typ' in header ? header.typ : undefined;
    return [...proofKinds, 'shown-token' as const].find((kind) => type === `privacy-${kind}+jws`);
  } catch {
    return undefined;
  }
}

/** Checks a document with nothing but public keys, in this browser. */
export async function readProof(text: string, keySet: PublicKeySet): Promise<ProofReading> {
  if (text.trim() === '') return { state: 'empty' };
  if (globalThis.crypto.subtle === undefined) return { state: 'insecure' };
  const document = findDocumentText(text);
  const kind = document === undefined ? undefined : kindOf(document);
  if (document === undefined || kind === undefined) return { state: 'refused', reason: 'no_document' };
  if (kind === 'shown-token') return { state: 'refused', reason: 'not_for_you' };
  const reading = await readDocument(kind, document, keySet);
  if (!reading.isGenuine) return { state: 'refused', reason: reading.reason };
  return { state: 'genuine', kind, keyId: reading.keyId, payload: reading.payload };
}

/** A published key set, or undefined when the text is none. */
export function parseKeySet(text: string): PublicKeySet | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('keys' in value) || !Array.isArray(value.keys))
      return undefined;
    const keys: unknown[] = value.keys;
    return keys.length > 0 && keys.every(isPublicKey) ? { keys } : undefined;
  } catch {
    return undefined;
  }
}

function isPublicKey(value: unknown): value is PublicJwk {
  if (typeof value !== 'object' || value === null) return false;
  const { kty, crv, x, kid } = value as Record<string, unknown>;
  return kty === 'OKP' && crv === 'Ed25519' && typeof x === 'string' && typeof kid === 'string';
}
