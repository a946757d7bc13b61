/** A reason why the database does not start that the person who starts it can mend; the message says how. */
export class PostgresStartError extends Error {
  override name = 'PostgresStartError';
}
