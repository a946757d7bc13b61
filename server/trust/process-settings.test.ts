import { getDefaultResultOrder } from 'node:dns';
import { EventEmitter } from 'node:events';
import { globalAgent as httpAgent } from 'node:http';
import { globalAgent as httpsAgent } from 'node:https';
import pg from 'pg';
import { getGlobalDispatcher } from 'undici';
import { expect, test } from 'vitest';
import { z } from 'zod';

/** What a library keeps once per process, so that one library that changes it changes it for every other library too. */
function sharedSettings() {
  return {
    parsers: Object.fromEntries(
      Object.values(pg.types.builtins).map((id) => [id, pg.types.getTypeParser(id, 'text')]),
    ),
    databaseDefaults: { ...pg.defaults },
    dispatcher: getGlobalDispatcher(),
    agents: [httpAgent, httpsAgent].map(({ maxSockets, maxFreeSockets }) => ({ maxSockets, maxFreeSockets })),
    maxListeners: EventEmitter.defaultMaxListeners,
    validation: { ...z.config() },
    addressOrder: getDefaultResultOrder(),
    listeners: Object.fromEntries(
      process.eventNames().map((name) => [String(name), process.listeners(name as 'exit')]),
    ),
  };
}

test('loading the whole server changes no setting that other libraries in the process share', async () => {
  // The library fills in its own defaults with the first schema.
  z.object({});
  const before = sharedSettings();
  await import('../start/start-server.ts');
  expect(sharedSettings()).toEqual(before);
});
