import type { PurposeDefinition, RecipientDefinition } from './declaration-types.ts';

/** Declares the purposes, keeping their names as a type so that an unknown purpose does not compile. */
export function definePurposes<const P extends Record<string, PurposeDefinition>>(purposes: P): P {
  return purposes;
}

/** Declares who may receive personal data. A recipient that is not here cannot be named by a datum. */
export function defineRecipients<const R extends Record<string, RecipientDefinition>>(recipients: R): R {
  return recipients;
}
