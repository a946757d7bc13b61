/**
 * How an erasure goes, and the only place that knows. Every step is safe to repeat, so the worker that finds an erasure in a
 * state does the step that leads out of it, also after the process was killed on any line of it.
 */
export const erasureTransitions = {
  /** Asked for and proven. */
  confirmed: ['frozen', 'failed'],
  /** Every door is shut, the database knows. */
  frozen: ['planned', 'failed'],
  /** What will go and what is looked for afterwards is written down. */
  planned: ['ledgered', 'failed'],
  /** It cannot be forgotten any more, not even by restoring a dump. */
  ledgered: ['erased', 'frozen', 'failed'],
  /** Rows are gone. */
  erased: ['keys-destroyed', 'failed'],
  /** What they held can no longer be read. */
  'keys-destroyed': ['sinks-erased', 'failed'],
  'sinks-erased': ['vacuumed', 'failed'],
  vacuumed: ['probed', 'failed'],
  /** Everything was searched and nothing was found. */
  probed: ['certified', 'failed'],
  certified: [],
  /** Something is left, and it is named. An operator removes the cause and lets it go on. */
  failed: ['confirmed', 'frozen'],
} as const satisfies Record<string, readonly string[]>;

export type ErasureState = keyof typeof erasureTransitions;

/** Guarantee: the keys of the table above. */
export const erasureStates = Object.keys(erasureTransitions) as ErasureState[];

export function isOver(state: ErasureState): boolean {
  return state === 'certified' || state === 'failed';
}

/** Whether rows have been destroyed, so that there is no way back. */
export function isIrreversible(state: string): boolean {
  return !['confirmed', 'frozen', 'planned', 'ledgered'].includes(state);
}
