import { EventEmitter, once } from 'node:events';
import { readConfig } from './config/config.ts';
import { createLog } from './kernel/log.ts';
import { startOwnDatabase } from './start/own-database.ts';
import type { RunningServer } from './start/start-server.ts';

const starting = start();
// From the first moment on: a signal that arrives while things start must not leave the database behind.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop());
starting.then(whileServing, fail);

/** The rest of the server is read while its database starts: each takes a good part of a start. */
async function start(): Promise<RunningServer> {
  const config = readConfig();
  if (config.databaseUrl !== null) return (await readServer()).startServer(config);
  const spawned = new EventEmitter();
  const ownDatabase = startOwnDatabase(config, createLog(config.logLevel), () => spawned.emit('spawned'));
  // Reading leaves no time for what goes before the database's process runs. A failure is met where it is needed.
  await Promise.race([once(spawned, 'spawned'), ownDatabase.catch(() => {})]);
  return (await readServer()).startServer(config, { ownDatabase });
}

async function readServer() {
  return import('./start/start-server.ts');
}

/** Tells the script that runs us that we serve, and ends when the server cannot go on. */
function whileServing({ failed }: RunningServer): void {
  process.send?.('ready');
  void failed.then(async (reason) => {
    const { explain } = await readReasons();
    process.stderr.write(`${explain(reason)}\nThe server cannot go on and ends.\n`);
    await stop(1);
  });
}

async function stop(exitCode = 0): Promise<void> {
  try {
    await (await starting).stop();
    process.exit(exitCode);
  } catch (error) {
    await fail(error);
  }
}

async function fail(error: unknown): Promise<void> {
  const { exitCodeOf, explain } = await readReasons();
  process.stderr.write(`${explain(error)}\n`);
  process.exit(exitCodeOf(error));
}

async function readReasons() {
  return import('./start/end-reasons.ts');
}
