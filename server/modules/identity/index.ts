import { defineModule } from '../../declare/define-module.ts';
import { acts } from './acts.ts';
import { ids, timelessIds } from './ids.ts';
import { addressedCodes } from './addressed-codes.ts';
import { corrections } from './corrections.ts';
import { sweepAttempts, sweepSessions } from './jobs.ts';
import * as messages from './messages.ts';
import { permissions } from './permissions.ts';
import * as problems from './problems.ts';
import { identityHooks } from './hooks.ts';
import { identityRoutes } from './routes.ts';
import * as schema from './schema.ts';
import { selfCorrected } from './self-corrected.ts';

export { addressesOf } from './addressed-codes.ts';
export { findApiKeyNames } from './api-key-names.ts';
export {
  addressOf,
  type Attempt,
  forgetAttempts,
  isFull,
  isWithin,
  noteAttempt,
  returnAttempt,
  takeAttempt,
} from './attempts.ts';
export { announceClosedAccess, closeAccess, type ClosedAccess } from './close-access.ts';
export { closeAccount, type ClosingFacts, findClosingFacts, isAccountClosed } from './closing-facts.ts';
export { confirmIdentity, type Proof } from './confirm-identity.ts';
export { type Contact, contactOf, emailSchema, phoneSchema } from './contacts.ts';
export { createFirstOperator, isFirstPasswordInUse } from './create-first-operator.ts';
export { findContactHolder, findNamedPerson, findPerson, type ReachablePerson } from './find-person.ts';
export { firstPasswordFile, removeFirstPassword } from './first-password.ts';
export {
  addKeyUse,
  type ApiKeyFacts,
  ensurePlaygroundKey,
  findApiKey,
  findUsableKeys,
  type KeyUse,
} from './gateway-doors.ts';
export type { Limit } from './limits.ts';
export { listReachable, type Reachable } from './reachable.ts';
export { acceptPolicy, acceptedPolicyHashes } from './policy-acceptances.ts';
export { requireServedCountry, takeSmsToStranger } from './sms-to-strangers.ts';
export { selfCorrected } from './self-corrected.ts';
export { proofSchema } from './wire.ts';
export { hasOtherOperator } from './other-operators.ts';
export { holdQuota, type QuotaAmount } from './token-holds.ts';
export { findTenantOwner } from './tenants.ts';

export const identityModule = defineModule('identity', {
  calls: ['audit', 'notifications'],
  ids: [...ids, ...timelessIds],
  acts,
  schema,
  permissions,
  problems,
  messages: Object.values(messages),
  emits: [selfCorrected],
  jobs: [sweepSessions, sweepAttempts],
  addressedRows: [addressedCodes],
  corrections,
  installs: { everywhere: identityHooks, api: identityRoutes },
});
