import { type Ctx, userOf } from '../../../kernel/context.ts';
import { endConsentWork } from '../../../kernel/consent-lease.ts';
import { type ConsentPurpose, type Purpose, restsOnConsent } from '../../../declare/policy.ts';

/**
 * Returns when nothing that began before on a consent of the person is still going on. Call it after the change is
 * committed: what begins later sees it.
 */
export async function stopConsentWork(ctx: Ctx, purposes: readonly Purpose[]): Promise<void> {
  for (const purpose of purposes.filter(isOnConsent)) {
    await endConsentWork(ctx, { purpose, subject: userOf(ctx) });
  }
}

function isOnConsent(purpose: Purpose): purpose is ConsentPurpose {
  return restsOnConsent(purpose);
}
