import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { openLocalVault } from '@candor/privacy-engine';
import fc from 'fast-check';
import pg from 'pg';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../embedded-postgres/start-postgres.ts';
import { systemClock } from '../../kernel/clock.ts';
import { openDatabase } from '../../kernel/db.ts';
import { createLog } from '../../kernel/log.ts';
import { prepareDatabase } from '../../database/prepare-database.ts';
import { registry } from '../../testing/registry.ts';
import { contextWith } from '../../testing/test.ts';
import { checkLedger } from './index.ts';
import { createCandor } from '../../candor.ts';

// A PostgreSQL of its own with fsync on, and a process that spends: both are killed under load, without warning.
const fixture = fileURLToPath(new URL('kill.fixture.ts', import.meta.url));
const dataDir = mkdtempSync(join(tmpdir(), 'candor-ledger-kill-'));
const clients = 24;
const log = createLog('silent');

afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

const startDatabase = () => startEmbeddedPostgres({ dataDir: join(dataDir, 'postgres'), log });

/** What a killed process had received: id and outcome of every acknowledged transfer. */
type Acknowledged = Map<string, string>;

function startSpending(databaseUrl: string, run: string, acknowledged: Acknowledged) {
  const child = spawn(process.execPath, ['--import', 'tsx', fixture], { stdio: ['pipe', 'pipe', 'inherit'] });
  let wake = () => {};
  createInterface({ input: child.stdout }).on('line', (line) => {
    const [id = '', outcome = ''] = line.split(' ');
    acknowledged.set(id, outcome);
    wake();
  });
  child.once('exit', () => wake());
  child.stdin.write(
    `${JSON.stringify({ databaseUrl, vaultFolder: join(dataDir, 'vault'), run, clients })}\n`,
  );
  return {
    child,
    /** Resolves as soon as so many more transfers are acknowledged: the moment of the kill. */
    async until(more: number): Promise<void> {
      const goal = acknowledged.size + more;
      while (acknowledged.size < goal) {
        if (child.exitCode !== null)
          throw new Error(`the spending process ended unexpectedly with ${child.exitCode}`);
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

async function killProcess(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'close');
}

/** The postmaster and every backend at once, so that none has time to write anything. */
async function killDatabase(database: EmbeddedPostgres): Promise<void> {
  const children = readFileSync(`/proc/${database.pid}/task/${database.pid}/children`, 'utf8')
    .trim()
    .split(' ')
    .filter(Boolean)
    .map(Number);
  for (const pid of [database.pid, ...children]) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended on its own when another was gone.
    }
  }
  await database.stop();
}

test.skipIf(process.platform !== 'linux')(
  'after kill -9 of writer and PostgreSQL under load every acknowledged transfer is there exactly once',
  { timeout: 90_000 },
  async () => {
    const seed = Date.now() % 1_000_000;
    const moments = fc.sample(fc.integer({ min: 1, max: 900 }), { numRuns: 4, seed });
    const plan = (['both', 'database', 'writer', 'both'] as const).map((victim, index) => ({
      victim,
      after: moments[index] ?? 1,
    }));
    const acknowledged: Acknowledged = new Map();
    let database = await startDatabase();
    const vault = await openLocalVault({ folder: join(dataDir, 'vault') });
    onTestFinished(() => vault.close());
    const appUrlOf = (adminUrl: string) => prepareDatabase(adminUrl, 'only-for-tests', registry, vault);
    let appUrl = await appUrlOf(database.adminUrl);
    let run = 0;
    let spending = startSpending(appUrl, `run${run}`, acknowledged);
    for (const { victim, after } of plan) {
      await spending.until(after);
      await Promise.all([
        victim === 'writer' ? null : killDatabase(database),
        victim === 'database' ? null : killProcess(spending.child),
      ]);
      if (victim !== 'writer') {
        const { port } = database;
        database = await startDatabase();
        expect(database.port, 'the database comes back where its clients look for it').toBe(port);
      }
      if (victim !== 'database') {
        appUrl = await appUrlOf(database.adminUrl);
        run += 1;
        spending = startSpending(appUrl, `run${run}`, acknowledged);
      }
    }
    await spending.until(100);
    await killProcess(spending.child);

    const admin = new pg.Client({ connectionString: database.adminUrl });
    await admin.connect();
    const { rows } = await admin.query<{ id: string }>('select id from wallet.transfers');
    await admin.end();
    const db = openDatabase(appUrl, log);
    const check = await checkLedger(
      contextWith(
        { product: createCandor(), db, vault },
        systemClock,
        { kind: 'system', name: 'test' },
        null,
      ),
    );
    await db.$client.end();
    await database.stop();

    const stored = new Set(rows.map(({ id }) => id));
    const accepted = [...acknowledged].filter(([, outcome]) => outcome !== 'refused').map(([id]) => id);
    expect(accepted.length).toBeGreaterThan(100);
    expect(stored.size, 'an id is stored once').toBe(rows.length);
    expect(
      accepted.filter((id) => !stored.has(id)),
      `acknowledged and lost, seed ${seed}: ${JSON.stringify(plan)}`,
    ).toEqual([]);
    expect(
      [...acknowledged].filter(([id, outcome]) => outcome === 'refused' && stored.has(id)),
      'refused and booked all the same',
    ).toEqual([]);
    // Each client has at most one transfer under way when it is killed: more would be bookings without a request.
    expect(stored.size - accepted.length).toBeLessThanOrEqual(clients * (run + 1));
    expect(check).toMatchObject({ sumMicros: 0n, mismatches: [] });
  },
);
