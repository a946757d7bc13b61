import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { inTransaction } from '../../kernel/db.ts';
import { createLog } from '../../kernel/log.ts';
import { contextWith, test } from '../../testing/test.ts';
import { audit, knownAnchors, openAnchors } from './index.ts';
import { compareLog } from './log-cut.ts';
import { createLogKeeper } from './log-keeper.ts';

test('an anchor that is not there is no news before the first signing, and is missed in one plain line after it', async ({
  ctx,
  database,
  clock,
}) => {
  const lines: string[] = [];
  const log = createLog('info', { write: (line) => void lines.push(line) });
  const system = { ...contextWith(database, clock, { kind: 'system', name: 'test' }, null), log };
  const home = await mkdtemp(join(tmpdir(), 'candor-first-start-'));
  onTestFinished(() => rm(home, { recursive: true }));
  const folder = join(home, 'audit-anchor');
  const anchors = knownAnchors(system, [folder]);
  // The first start was ended before it signed anything.
  await inTransaction(ctx, 'account', (ctx) =>
    audit(ctx, 'catalog.price_set', { targetId: null, subjectId: null }),
  );
  expect(await compareLog(system, anchors)).toEqual({ logCut: null, unreadAnchors: [] });
  expect(lines).toEqual([]);

  await createLogKeeper(system, () => openAnchors(system, [folder])).sign();
  expect(await compareLog(system, anchors)).toEqual({ logCut: null, unreadAnchors: [] });
  expect(lines).toEqual([]);
  await rm(folder, { recursive: true });
  expect(await compareLog(system, anchors)).toEqual({ logCut: null, unreadAnchors: [folder] });
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    {
      level: 40,
      time: expect.any(Number),
      anchor: folder,
      reason: `ENOENT: no such file or directory, scandir '${folder}'`,
      msg: 'an anchor could not be read, and the audit log was compared without it',
    },
  ]);
});
