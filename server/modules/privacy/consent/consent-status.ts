/** What of an event decides about the state. Newest first, of one person and one purpose. */
export interface DecidingEvent {
  readonly id: string;
  readonly kind: 'given' | 'refused' | 'withdrawn' | 'noticed';
  readonly scopeHash: string;
  readonly createdAt: Date;
}

export type ConsentState = 'undecided' | 'given' | 'refused' | 'withdrawn' | 'outdated';

export interface ConsentStatus {
  /** `outdated`: agreed to something else than what the purpose covers today, so nothing is processed. */
  readonly state: ConsentState;
  readonly decidedAt: Date | null;
  /** Event of the decision, whose receipt can be downloaded. */
  readonly eventId: string | null;
  /** Whether a prompt may be put before the person now; their own privacy page is always open to them. */
  readonly mayAsk: boolean;
  /** When asking is allowed again, null when it is now or there is nothing to ask. */
  readonly mayAskFrom: Date | null;
}

const dayMs = 24 * 60 * 60 * 1000;
/** NDSR 22: after a no, no person is asked again and again. */
export const quietAfterRefusalMs = 180 * dayMs;
/** A prompt that was closed without an answer is not put up again tomorrow. */
export const quietAfterPromptMs = 30 * dayMs;

/** Where a person stands with one purpose. The view `consents_in_force` says the same in SQL. */
export function consentStatus(events: readonly DecidingEvent[], scopeHash: string, now: Date): ConsentStatus {
  const decision = events.find(({ kind }) => kind !== 'noticed');
  const state = stateOf(decision, scopeHash);
  const quietUntil = Math.max(
    quietEnd(events.find(({ kind }) => kind === 'noticed')?.createdAt, quietAfterPromptMs),
    state === 'refused' || state === 'withdrawn' ? quietEnd(decision?.createdAt, quietAfterRefusalMs) : 0,
  );
  const isOpen = state !== 'given';
  return {
    state,
    decidedAt: decision?.createdAt ?? null,
    eventId: decision?.id ?? null,
    mayAsk: isOpen && quietUntil <= now.getTime(),
    mayAskFrom: isOpen && quietUntil > now.getTime() ? new Date(quietUntil) : null,
  };
}

function stateOf(decision: DecidingEvent | undefined, scopeHash: string): ConsentState {
  if (decision === undefined || decision.kind === 'noticed') return 'undecided';
  if (decision.kind !== 'given') return decision.kind;
  return decision.scopeHash === scopeHash ? 'given' : 'outdated';
}

function quietEnd(from: Date | undefined, lengthMs: number): number {
  return from === undefined ? 0 : from.getTime() + lengthMs;
}
