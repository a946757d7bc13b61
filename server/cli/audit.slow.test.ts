import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createPrivateJwk, openSigningKey } from '@candor/privacy-engine';
import { expect, inject } from 'vitest';
import { inTransaction } from '../kernel/db.ts';
import { newTimelessId } from '../kernel/id.ts';
import { audit, recordStaffRead } from '../modules/audit/index.ts';
import { createLogKeeper } from '../modules/audit/log-keeper.ts';
import { openAnchors } from '../modules/audit/open-anchors.ts';
import { contextWith, hashSecret, test } from '../testing/test.ts';
import { proveInLog } from './audit.ts';

const main = fileURLToPath(new URL('candor.ts', import.meta.url));

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command as a person does: another process that knows the data folder and the address of the database. */
function runCandor(env: Readonly<Record<string, string>>, ...args: string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['--import', 'tsx', main, ...args], { env }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, out, err });
    });
  });
}

test(
  'candor audit verify says 0 for a whole log, 1 with the first bad leaf, 2 when it cannot look; prove gives the path to the head',
  { timeout: 60_000 },
  async ({ ctx: person, database, testVault, clock }) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'candor-cli-'));
    try {
      const jwk = await createPrivateJwk();
      const signingKey = await openSigningKey(jwk);
      await mkdir(join(dataDir, 'secrets'), { mode: 0o700 });
      await writeFile(join(dataDir, 'secrets/database-app-password'), inject('appPassword'));
      await writeFile(join(dataDir, 'secrets/signing-key'), JSON.stringify(jwk));
      await writeFile(join(dataDir, 'secrets/keyed-hash'), hashSecret);
      const system = contextWith(database, clock, { kind: 'system', name: 'test' }, null);
      const folder = join(dataDir, 'audit-anchor');
      const keeper = createLogKeeper({ ...system, signingKey }, () => openAnchors(system, [folder]));
      const env = {
        CANDOR_DATA: dataDir,
        DATABASE_URL: database.adminUrl,
        CANDOR_VAULT_DIR: testVault.folder,
      };
      const candor = (...args: string[]) => runCandor(env, ...args);

      const lonely = await candor('audit', 'verify');
      expect([lonely.code, lonely.err]).toEqual([2, expect.stringContaining('audit-anchor is not there')]);

      const ids: string[] = [];
      for (const count of [1, 2, 3])
        ids.push(
          await inTransaction(person, 'account', (ctx) =>
            audit(ctx, 'catalog.price_set', { targetId: 'thing_1', subjectId: null, details: { count } }),
          ),
        );
      const runner = { kind: 'user', userId: newTimelessId('user'), sessionId: 'sess' } as const;
      const actor = { ...runner, role: 'owner', isOperator: true } as const;
      const staff = { ...person, actor, reason: { text: 'a reason that is long enough', caseId: null } };
      await inTransaction(staff, 'operations', (ctx) =>
        recordStaffRead(ctx, {
          subjects: [{ id: newTimelessId('user'), tenantId: null }],
          what: ['identity.users.username'],
        }),
      );
      await keeper.sign();
      const whole = await candor('audit', 'verify');
      expect([whole.code, whole.out, whole.err]).toEqual([
        0,
        expect.stringMatching(/1 records of staff[^]*is whole/),
        '',
      ]);

      const said: string[] = [];
      const say = (line: string) => void said.push(line);
      await proveInLog(system, ids[0] ?? '', say);
      expect(JSON.parse(said.pop() ?? '')).toMatchObject({
        entry: { envelope: { id: ids[0] } },
        proof: expect.any(Array),
      });
      await proveInLog(system, 'thing_1', say);
      expect(said.pop()).toContain(ids[2]);

      const owner = await database.admin.connect();
      await owner.query(
        `begin; set local session_replication_role = replica; update audit.entries set action = 'test.other' where id = '${ids[1]}'; commit`,
      );
      owner.release();
      const { rows } = await database.admin.query<{ id: string }>(
        `update audit.staff_reads set what = '{identity.users.email}' returning id`,
      );
      const changed = await candor('audit', 'verify');
      expect([changed.code, changed.out]).toEqual([
        1,
        expect.stringMatching(`BAD: leaf \\d+, entry ${ids[1]}, was changed`),
      ]);
      expect(changed.out).toContain(`BAD: the record of a look ${rows[0]?.id} was changed.`);
    } finally {
      await rm(dataDir, { recursive: true, force: true });
    }
  },
);
