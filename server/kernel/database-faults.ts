/** Serialization failure or deadlock: PostgreSQL chose this transaction as the victim, and a repetition will do. */
const conflict = /^40(001|P01)$/;
/** Too few resources, a lock not available in time, a statement cancelled or a server that is stopping. */
const passing = /^(40(001|P01)|53...|55P03|57014|57P0.)$/;
/** Refused because the transaction had failed before, or because what prepares the statement was refused for that. */
const ofAborted = /^(25P02|26000)$/;

/** Whether PostgreSQL asks for the transaction to be repeated because of another one. */
export function isConflictOfTransactions(error: unknown): boolean {
  return hasSqlState(error, conflict);
}

/** Whether an error only follows from an earlier one of the same transaction. */
export function isOfAborted(error: unknown): boolean {
  return hasSqlState(error, ofAborted);
}

/**
 * Whether the database, not the statement, is at fault, so that the same work may succeed later. Everything else that
 * is not a `Problem` is a mistake in the program, which no repetition mends.
 */
export function isPassingFault(error: unknown): boolean {
  return isConnectionLost(error) || hasSqlState(error, passing) || isPoolTimeout(error);
}

function hasSqlState(error: unknown, pattern: RegExp): boolean {
  if (!(error instanceof Error)) return false;
  if ('code' in error && pattern.test(String(error.code))) return true;
  return hasSqlState(error.cause, pattern);
}

/** The pool says it without a code. */
function isPoolTimeout(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error.message.startsWith('timeout exceeded when trying to connect') || isPoolTimeout(error.cause);
}

/** Whether the server went away or is just coming up. A commit that was under way may have arrived or not. */
export function isConnectionLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  if (/^(08...|57P0[123]|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT)$/.test(code)) return true;
  // What the driver says itself has no code.
  if (/^(Connection terminated|Client has encountered a connection error)/.test(error.message)) return true;
  return isConnectionLost(error.cause);
}
