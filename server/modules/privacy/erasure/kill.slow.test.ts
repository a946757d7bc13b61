import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import { expect, onTestFinished } from 'vitest';
import { confirmed, eraserOf, test } from '../../../testing/erasing.ts';
import { anApiKey, aPerson } from '../../../testing/factories.ts';
import type { Database } from '../../../testing/test.ts';
import { resumeErasures } from './index.ts';
import type { ErasureState } from './states.ts';

// Real processes and SIGKILL: after each step, and in the middle of the one that follows.
const fixture = fileURLToPath(new URL('erase-until-killed.fixture.ts', import.meta.url));

interface Victim {
  readonly child: ChildProcess;
  readonly nextLine: () => Promise<string>;
}

function startVictim(
  database: Database,
  vaultFolder: string,
  erasureId: string,
  until: ErasureState,
): Victim {
  const child = spawn(process.execPath, ['--import', 'tsx', fixture], { stdio: ['pipe', 'pipe', 'inherit'] });
  // Also when the test fails before it comes to that.
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const { appUrl: databaseUrl, adminUrl } = database;
  child.stdin.write(`${JSON.stringify({ databaseUrl, adminUrl, vaultFolder, erasureId, until })}\n`);
  return { child, nextLine: async () => String((await lines.next()).value) };
}

async function kill({ child }: Victim): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'close');
}

/** What the next step needs at its end, taken away from it. */
const lockSql = (state: ErasureState) =>
  state === 'ledgered'
    ? 'lock table privacy.erasure_sinks in access exclusive mode'
    : 'select 1 from privacy.erasures where id = $1 for update';

async function holdUp(admin: pg.PoolClient, state: ErasureState, erasureId: string): Promise<void> {
  await admin.query('begin');
  await admin.query(lockSql(state), state === 'ledgered' ? [] : [erasureId]);
}

/** Resolves when the victim's connection waits for the lock. */
async function isHeldUp(admin: pg.PoolClient): Promise<void> {
  for (;;) {
    const { rows } = await admin.query(
      `select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
    );
    if (rows.length > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const killedIn: ErasureState[] = [
  'frozen',
  'planned',
  'ledgered',
  'erased',
  'keys-destroyed',
  'sinks-erased',
  'vacuumed',
  'probed',
];

test(
  'killed with SIGKILL after and in the middle of every step, an erasure ends certified with nothing left',
  {
    timeout: 240_000,
  },
  async ({ app, database, testVault, clock, system }) => {
    // The victims go by the real time.
    clock.set(new Date());
    for (const state of killedIn) {
      const person = await aPerson(app);
      await anApiKey(person, { name: `key of ${person.user.username}` });
      const { erasureId, reference } = await confirmed(person);
      const victim = startVictim(database, testVault.folder, erasureId, state);
      expect(await victim.nextLine()).toBe(state);
      const admin = await database.admin.connect();
      await holdUp(admin, state, erasureId);
      victim.child.stdin?.write('go on\n');
      await isHeldUp(admin);
      await kill(victim);
      await admin.query('rollback');
      admin.release();
      const before = await app.inject({
        method: 'POST',
        url: '/api/privacy/erasure/status',
        payload: { reference },
      });
      expect(before.json<{ state: string }>().state, `killed in ${state}`).not.toBe('certified');

      clock.set(new Date());
      expect(await resumeErasures({ ...eraserOf(database, clock), maintenance: system.maintenance }, 0)).toBe(
        1,
      );
      const after = await app.inject({
        method: 'POST',
        url: '/api/privacy/erasure/status',
        payload: { reference },
      });
      expect(after.json(), `killed in ${state}`).toMatchObject({ state: 'certified', residue: [] });
      const left = await database.admin.query(
        `select 1 from identity.api_keys where user_id = $1 union all select 1 from identity.passwords where user_id = $1`,
        [person.user.id],
      );
      expect(left.rows).toEqual([]);
      expect(await database.vault.find(person.user.id, 'core')).toMatchObject({ state: 'destroyed' });
      await expect(database.vault.dek(person.user.id, 'core')).rejects.toMatchObject({
        code: 'key-destroyed',
      });
    }
  },
);
