import { monthOf } from './coarse-time.ts';
import type { Erasure, ErasureChanges } from './erasure-store.ts';

/**
 * What is left of an erasure that is over. An instant, a count or a plan would be found again in the access log, in a
 * mark or in rows that a law keeps, and would lead to the person: all that is in the certificate, which is sealed.
 */
export function forgotten({ createdAt }: Erasure, certifiedAt: Date): ErasureChanges {
  return {
    subjectId: null,
    tenantId: null,
    caseId: null,
    promiseHash: null,
    planHash: null,
    plan: null,
    probeSet: null,
    sealedReference: null,
    residue: null,
    failedIn: null,
    evidence: {},
    createdAt: monthOf(createdAt),
    closedAt: null,
    certifiedAt: monthOf(certifiedAt),
    updatedAt: monthOf(certifiedAt),
  };
}
