import { startEmbeddedPostgres } from './start-postgres.ts';

// Starts a server, says so as one line of JSON, and waits to be killed.
const [, , dataDir = '', stopsWithParent] = process.argv;
const started = await startEmbeddedPostgres({
  dataDir,
  log: { info: () => {}, warn: () => {} },
  settings: { fsync: 'off' },
  stopsWithParent: stopsWithParent === 'stopsWithParent',
});
process.stdout.write(`${JSON.stringify({ pid: started.pid, port: started.port })}\n`);
setInterval(() => {}, 60_000);
