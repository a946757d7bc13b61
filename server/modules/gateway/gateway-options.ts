import { stopLimits } from '../../kernel/stop-limits.ts';
import { type AdmissionLimits, defaultLimits } from './admission.ts';
import type { AttemptLimits } from './attempt.ts';
import { defaultPresence, type PresenceLimits } from './gateway-presence.ts';

export interface GatewayLimits extends AttemptLimits {
  /** Between two pieces of a request's body. */
  readonly bodyIdleMs: number;
}

export interface GatewayOptions {
  readonly limits: GatewayLimits;
  readonly admission: AdmissionLimits;
  readonly presence: PresenceLimits;
  /** How long answers may go on being written when the server stops. */
  readonly patienceMs: number;
}

export const defaultOptions: GatewayOptions = {
  limits: { headersTimeoutMs: 300_000, idleTimeoutMs: 120_000, lateUsageMs: 1_000, bodyIdleMs: 15_000 },
  admission: defaultLimits,
  presence: defaultPresence,
  patienceMs: stopLimits.answersMs,
};
