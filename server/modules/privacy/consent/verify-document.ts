import { type JsonObject, publicKeySet, verifyCertificate, verifyReceipt } from '@candor/privacy-engine';
import type { Ctx } from '../../../kernel/context.ts';
import { authorize } from '../../../declare/permissions.ts';

export interface DocumentVerdict {
  readonly isGenuine: boolean;
  /** What it is, when it is one of ours. */
  readonly kind: 'receipt' | 'certificate' | null;
  readonly reason: 'malformed' | 'wrong_kind' | 'unknown_key' | 'bad_signature' | null;
  readonly keyId: string | null;
  /** What it says, when it is genuine. */
  readonly statement: JsonObject | null;
}

/**
 * Whether a receipt or certificate is ours and unchanged, for anyone and also when its person is long gone:
 * the published keys are all it needs, nothing is looked up and nothing about the asking is kept.
 */
export async function verifyDocument(ctx: Ctx, document: string): Promise<DocumentVerdict> {
  authorize(ctx, 'privacy:verify-document');
  const keySet = publicKeySet(ctx.signingKey);
  const asReceipt = await verifyReceipt(document, keySet);
  const isOther = !asReceipt.isGenuine && asReceipt.reason === 'wrong_kind';
  const reading = isOther ? await verifyCertificate(document, keySet) : asReceipt;
  if (!reading.isGenuine) {
    return { isGenuine: false, kind: null, reason: reading.reason, keyId: null, statement: null };
  }
  const kind = isOther ? 'certificate' : 'receipt';
  return { isGenuine: true, kind, reason: null, keyId: reading.keyId, statement: reading.payload };
}
