import { ConfigError, readConfig } from './config.ts';
import { UndeclaredDatabaseError } from './prepare-database.ts';
import { startServer } from './start-server.ts';

try {
  const server = await startServer(readConfig());
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      void server.stop().then(
        () => process.exit(0),
        (error: unknown) => fail(error),
      );
    });
  }
} catch (error) {
  fail(error);
}

function fail(error: unknown): void {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(1);
}

/** Failures a person can mend are said in one sentence; anything else keeps its stack. */
function explain(error: unknown): string {
  if (error instanceof ConfigError || error instanceof UndeclaredDatabaseError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
