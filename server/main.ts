import { VaultError } from '@candor/privacy';
import { ConfigError, readConfig } from './config.ts';
import { PostgresStartError } from './embedded-postgres/postgres-start-error.ts';
import { UndeclaredDatabaseError } from './prepare-database.ts';
import { startServer } from './start-server.ts';

const starting = start();
// From the first moment on: a signal that arrives while things start must not leave the database behind.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop());
starting.catch(fail);

async function start(): ReturnType<typeof startServer> {
  return startServer(readConfig());
}

async function stop(): Promise<void> {
  try {
    await (await starting).stop();
    process.exit(0);
  } catch (error) {
    fail(error);
  }
}

function fail(error: unknown): void {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(1);
}

/** Failures a person can mend are said in one sentence; anything else keeps its stack. */
function explain(error: unknown): string {
  const isForPeople =
    error instanceof ConfigError ||
    error instanceof UndeclaredDatabaseError ||
    error instanceof VaultError ||
    error instanceof PostgresStartError;
  if (isForPeople) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
