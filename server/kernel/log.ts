import { pino, type DestinationStream, type Logger } from 'pino';

export type Log = Logger;

/** Second line of defence: what must not be logged is not passed to the logger in the first place. */
const redactedPaths = [
  'authorization',
  'cookie',
  'password',
  'token',
  'secret',
  'apiKey',
  'idNumber',
  'phone',
  'email',
  'realName',
  'prompt',
  'messages',
].flatMap((key) => [key, `*.${key}`]);

/** One JSON line per event on standard output. */
export function createLog(level: string, destination?: DestinationStream): Log {
  const options = {
    level,
    base: null,
    redact: { paths: redactedPaths, censor: '[redacted]' },
    serializers: { err: errorFacts },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/**
 * What may be logged of an error. Messages of PostgreSQL and of Drizzle quote values (a unique violation prints the
 * e-mail), so of those only code, constraint and stack frames remain.
 */
export function errorFacts(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error };
  const database = databaseErrorOf(error);
  const frames = (error.stack ?? '')
    .split('\n')
    .filter((line) => line.trimStart().startsWith('at '))
    .slice(0, 8);
  if (database !== null) return { type: error.name, ...database, frames };
  const cause = error.cause === undefined ? {} : { cause: errorFacts(error.cause) };
  return { type: error.name, message: error.message, frames, ...cause };
}

function databaseErrorOf(error: unknown): Record<string, unknown> | null {
  if (!(error instanceof Error)) return null;
  if ('severity' in error && 'code' in error) {
    const { code, schema, table, column, constraint, routine } = error as Error & Record<string, unknown>;
    return { sqlState: code, schema, table, column, constraint, routine };
  }
  return databaseErrorOf(error.cause);
}
