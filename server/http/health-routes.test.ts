import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fastify from 'fastify';
import { expect, onTestFinished, vi } from 'vitest';
import { startEmbeddedPostgres } from '../embedded-postgres/start-postgres.ts';
import { healthRoutes } from './health-routes.ts';
import { openDatabase } from '../kernel/db.ts';
import { createLog } from '../kernel/log.ts';
import { test } from '../testing/test.ts';

async function open(url: string, isWorking: () => boolean) {
  const db = openDatabase(url, createLog('silent'));
  const app = fastify();
  healthRoutes(app, { pool: db.$client, isWorking, isServing: () => true });
  onTestFinished(async () => {
    await app.close();
    await db.$client.end();
  });
  return async (path: string) => {
    const answer = await app.inject(path);
    return { missing: answer.json<{ missing?: string[] }>().missing, status: answer.statusCode };
  };
}

test('ready is who reaches the database and works on jobs; alive is who answers', async ({ database }) => {
  let isWorking = true;
  const ask = await open(database.appUrl, () => isWorking);
  expect(await ask('/readyz')).toMatchObject({ status: 200, missing: [] });
  isWorking = false;
  expect(await ask('/readyz')).toMatchObject({ status: 503, missing: ['jobs'] });
  expect(await ask('/healthz')).toMatchObject({ status: 200 });
});

test('a database that goes away makes the server not ready, and one that comes back ready again by itself', async () => {
  const root = await mkdtemp(join(tmpdir(), 'candor-health-'));
  const start = (port?: number) =>
    startEmbeddedPostgres({
      dataDir: join(root, 'postgres'),
      log: createLog('silent'),
      settings: { fsync: 'off' },
      stopsWithParent: true,
      port,
    });
  const first = await start();
  const ask = await open(first.adminUrl, () => true);
  expect(await ask('/readyz')).toMatchObject({ status: 200 });
  await first.stop();
  expect(await ask('/readyz')).toMatchObject({ status: 503, missing: ['database'] });
  expect(await ask('/healthz')).toMatchObject({ status: 200 });
  const second = await start(first.port);
  await vi.waitFor(async () => expect(await ask('/readyz')).toMatchObject({ status: 200 }), 30_000);
  await second.stop();
  await rm(root, { recursive: true, force: true });
});
