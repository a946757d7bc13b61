import type { Cell, SealError } from '@candor/privacy-engine';
import type { Log } from './log.ts';

/** Where a sealed value stands that cannot be read although its key was not destroyed. Names a place, never a value. */
export interface UnreadableCell {
  readonly table: string;
  readonly column: string;
  readonly row: string;
  readonly subject: string;
  /** What the seal says: changed bytes, no envelope, a key that is not there. */
  readonly code: string;
}

type Listener = (cell: UnreadableCell) => void;

const listeners = new Set<Listener>();

/** Hears of every unreadable cell of this process. @returns ends it. */
export function onUnreadableCell(listener: Listener): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Raises the alarm and lets the reader go on: one damaged cell must not stop a log-in or an erasure. */
export function noteUnreadable(
  log: Log | undefined,
  { table, column, row, subject }: Cell,
  error: SealError,
): void {
  const cell = { table, column, row, subject, code: error.code };
  log?.error({ table, column, row, code: error.code }, 'a sealed cell cannot be read');
  for (const listener of listeners) listener(cell);
}
