import type { JsonObject } from './canonical-bytes.ts';
import { type DocumentReading, readDocument, signDocument } from './signed-document.ts';
import type { PublicKeySet, SigningKey } from './signing-key.ts';

/**
 * A receipt the person keeps: proof of what they agreed to or asked for that outlives the account and our good faith
 * (PIPL 14, 15 and 50). It says exactly what the caller passes and adds nothing: no name, no time, no identifier but
 * that of the key. Times in it must come from the server's clock.
 */
export async function issueReceipt(key: SigningKey, statement: JsonObject): Promise<string> {
  return signDocument(key, 'receipt', statement);
}

/** Whether a receipt is genuine, and what it says. Works offline with the published keys. */
export async function verifyReceipt(receipt: string, keySet: PublicKeySet): Promise<DocumentReading> {
  return readDocument('receipt', receipt.trim(), keySet);
}

/** The end of an erasure, certified. A kind of its own: a receipt for asking is not a certificate of having done. */
export async function issueCertificate(key: SigningKey, statement: JsonObject): Promise<string> {
  return signDocument(key, 'certificate', statement);
}

export async function verifyCertificate(certificate: string, keySet: PublicKeySet): Promise<DocumentReading> {
  return readDocument('certificate', certificate.trim(), keySet);
}
