import { VaultError } from '@candor/privacy-engine';
import { ConfigError, readConfig } from './config/config.ts';
import { MigrationHistoryError } from './database/apply-migrations.ts';
import { PostgresStartError } from './embedded-postgres/postgres-start-error.ts';
import { UndeclaredDatabaseError } from './database/prepare-database.ts';
import { type RunningServer, startServer } from './start/start-server.ts';

/** EX_CONFIG of sysexits: what is wrong is for a person to mend, so that starting again would end the same way. */
const personMustMend = 78;

const starting = start();
// From the first moment on: a signal that arrives while things start must not leave the database behind.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop());
starting.then(whileServing, fail);

async function start(): Promise<RunningServer> {
  return startServer(readConfig());
}

/** Tells the script that runs us that we serve, and ends when the server cannot go on. */
function whileServing({ failed }: RunningServer): void {
  process.send?.('ready');
  void failed.then(async (reason) => {
    process.stderr.write(`${explain(reason)}\nThe server cannot go on and ends.\n`);
    await stop(1);
  });
}

async function stop(exitCode = 0): Promise<void> {
  try {
    await (await starting).stop();
    process.exit(exitCode);
  } catch (error) {
    fail(error);
  }
}

function fail(error: unknown): void {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(isForPeople(error) ? personMustMend : 1);
}

/** Failures a person can mend are said in one sentence; anything else keeps its stack. */
function explain(error: unknown): string {
  if (isForPeople(error)) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function isForPeople(error: unknown): error is Error {
  return (
    error instanceof ConfigError ||
    error instanceof UndeclaredDatabaseError ||
    error instanceof MigrationHistoryError ||
    error instanceof VaultError ||
    error instanceof PostgresStartError
  );
}
