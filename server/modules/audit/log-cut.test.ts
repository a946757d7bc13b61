import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publicKeySet } from '@candor/privacy-engine';
import { expect, onTestFinished } from 'vitest';
import type { Ctx } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { contextWith, type Database, test } from '../../testing/test.ts';
import { audit, openAnchors } from './index.ts';
import { acceptLogCut, compareLog } from './log-cut.ts';
import { createLogKeeper } from './log-keeper.ts';
import { isIntact, verifyAuditLog } from './verify-audit-log.ts';

async function act(ctx: Ctx, count: number): Promise<void> {
  for (let i = 0; i < count; i += 1)
    await inTransaction(ctx, 'account', (ctx) =>
      audit(ctx, 'catalog.price_set', { targetId: null, subjectId: null }),
    );
}

/** The database as it was when the log had `size` leaves, like a restored backup. */
async function goBack(database: Database, size: number): Promise<void> {
  const owner = await database.admin.connect();
  await owner.query(`begin; set local session_replication_role = replica;
    delete from audit.entries where id in (select entry_id from audit.log_leaves where seq >= ${size});
    delete from audit.log_leaves where seq >= ${size};
    delete from audit.log_nodes where (position + 1) * (1::bigint << level) > ${size};
    delete from audit.log_heads where size > ${size}; commit`);
  owner.release();
}

test('a restored database whose anchor still lives is cut once: the log is signed again beside the lost history, and verifying tells of the cut', async ({
  ctx,
  database,
  clock,
}) => {
  const system = contextWith(database, clock, { kind: 'system', name: 'test' }, null);
  const folder = await mkdtemp(join(tmpdir(), 'candor-cut-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const anchors = await openAnchors(system, [folder]);
  const keeper = () => createLogKeeper(system, () => openAnchors(system, [folder]));
  const verify = () => verifyAuditLog(system, anchors, publicKeySet(system.signingKey));
  const cutOf = async () => (await compareLog(system, anchors)).logCut;
  await act(ctx, 5);
  await keeper().sign();
  await act(ctx, 4);
  const lost = await keeper().sign();
  const [from, to] = [lost?.size ?? 0, (lost?.size ?? 0) - 2];
  expect(await cutOf()).toBeNull();

  await goBack(database, to);
  expect(await cutOf()).toEqual({
    from,
    to,
    isForked: false,
    lostHeads: 1,
    isUnknownToVault: false,
  });
  await expect(keeper().sign()).rejects.toMatchObject({ code: 'audit.log_contradicts_anchor' });

  // It went on in another way before the first check: entry by entry it is unknown where they part.
  await act(ctx, 6);
  await expect(keeper().sign()).rejects.toMatchObject({ code: 'audit.log_contradicts_anchor' });
  const forked = await cutOf();
  expect(forked).toMatchObject({ from, isForked: true });
  expect(forked?.to).toBeLessThanOrEqual(to);

  if (forked === null) throw new Error('nothing is cut');
  await acceptLogCut(system, forked);
  expect(await cutOf()).toBeNull();
  await keeper().sign();
  const report = await verify();
  expect(report.cuts).toEqual([{ from, to: forked.to, at: clock.now().toISOString() }]);
  expect(isIntact(report), JSON.stringify(report)).toBe(true);
  // The folder has a record of it, so that its holder alone knows what counts.
  const alone = new Map([...anchors].filter(([place]) => place === folder));
  expect((await verifyAuditLog(system, alone, publicKeySet(system.signingKey))).cuts).toEqual(report.cuts);

  const size = report.verdict.isIntact ? report.verdict.size : 0;
  await goBack(database, size - 1);
  expect(await cutOf()).toMatchObject({ from: size, to: size - 1, isForked: false });
});
