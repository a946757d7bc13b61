import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, expect, onTestFinished, test, vi } from 'vitest';
import { processStartTime } from '../../scripts/lib/process-identity.mjs';
import { type KeepPostgres, keepPostgres } from './keep-postgres.ts';

const root = await mkdtemp(join(tmpdir(), 'candor-keep-'));
afterAll(() => rm(root, { recursive: true, force: true }));

async function keep(overrides: Partial<KeepPostgres> = {}) {
  const kept = await keepPostgres({
    dataDir: join(root, 'postgres'),
    log: { info: () => {}, warn: () => {} },
    settings: { fsync: 'off' },
    stopsWithParent: true,
    onGivenUp: () => {},
    ...overrides,
  });
  onTestFinished(() => kept.stop());
  return kept;
}

async function one(url: string): Promise<unknown> {
  const client = new Client({ connectionString: url });
  client.on('error', () => {});
  try {
    await client.connect();
    return (await client.query<{ one: number }>('select 1 as one')).rows[0]?.one;
  } finally {
    await client.end();
  }
}

test('a server that is killed is started again at the same address', async () => {
  const kept = await keep();
  const { adminUrl } = kept;
  const killed = kept.pid();
  process.kill(killed, 'SIGKILL');
  await vi.waitFor(() => expect(kept.pid()).not.toBe(killed), 30_000);
  expect(kept.adminUrl).toBe(adminUrl);
  expect(await one(adminUrl)).toBe(1);
});

test('a server that keeps ending is given up, and the caller is told', async () => {
  let givenUp: Error | null = null;
  const kept = await keep({
    pausesMs: [0],
    onGivenUp: (error) => {
      givenUp = error;
    },
  });
  const killed = kept.pid();
  process.kill(killed, 'SIGKILL');
  await vi.waitFor(() => expect(kept.pid()).not.toBe(killed), 30_000);
  process.kill(kept.pid(), 'SIGKILL');
  await vi.waitFor(() => expect(givenUp).toMatchObject({ name: 'PostgresStartError' }), 30_000);
});

test('a stop while the server is being started again leaves none running', async () => {
  const kept = await keep({ pausesMs: [600_000] });
  const killed = kept.pid();
  process.kill(killed, 'SIGKILL');
  await vi.waitFor(() => expect(processStartTime(killed)).toBeUndefined(), 30_000);
  await kept.stop();
  await expect(one(kept.adminUrl)).rejects.toThrow('ECONNREFUSED');
});
