import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Anchor, openDirectoryAnchor, publicKeySet } from '@candor/privacy-engine';
import { afterAll, expect } from 'vitest';
import type { Ctx } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { contextWith, type Database, test, type TestClock } from '../../testing/test.ts';
import { audit, isIntact, verifyAuditLog } from './index.ts';
import { createLogKeeper } from './log-keeper.ts';
import { openAnchors } from './open-anchors.ts';

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

async function aFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'candor-anchor-'));
  folders.push(folder);
  return folder;
}

function systemOf(database: Database, clock: TestClock): Ctx {
  return contextWith(database, clock, { kind: 'system', name: 'test' }, null);
}

async function act(ctx: Ctx): Promise<void> {
  await inTransaction(ctx, 'account', (ctx) =>
    audit(ctx, 'catalog.price_set', { targetId: null, subjectId: null }),
  );
}

async function linesIn(folder: string): Promise<{ leaf?: number; head?: string }[]> {
  const files = (await readdir(folder)).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return texts
    .join('')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { leaf?: number; head?: string });
}

test('a head is signed at the start, then when the log has grown for an hour, and published with its leaves', async ({
  ctx,
  database,
  clock,
}) => {
  const folder = await aFolder();
  const keeper = createLogKeeper(systemOf(database, clock), () =>
    openAnchors(systemOf(database, clock), [folder]),
  );
  const heads = async () => (await linesIn(folder)).filter(({ head }) => head !== undefined).length;
  await act(ctx);
  await keeper.tick();
  expect(await heads()).toBe(1);
  await act(ctx);
  clock.advanceMs(59 * 60_000);
  await keeper.tick();
  expect(await heads()).toBe(1);
  clock.advanceMs(60_000);
  await keeper.tick();
  expect(await heads()).toBe(2);
  clock.advanceMs(60 * 60_000);
  await keeper.tick();
  expect(await heads()).toBe(2);
  const leaves = (await linesIn(folder)).flatMap(({ leaf }) => leaf ?? []);
  expect(leaves).toEqual(leaves.map((_, index) => index));
});

test('another process goes on where the anchor ends, and an anchor that was away gets what it missed', async ({
  ctx,
  database,
  clock,
}) => {
  const system = systemOf(database, clock);
  const [one, two] = [await aFolder(), await aFolder()];
  let isAway = true;
  const open = async (): Promise<ReadonlyMap<string, Anchor>> => {
    const [near, far] = [await openDirectoryAnchor(one), await openDirectoryAnchor(two)];
    const publish: Anchor['publish'] = async (publication) => {
      if (isAway) throw new Error('the other disk is away');
      await far.publish(publication);
    };
    return new Map([
      [one, near],
      [two, { ...far, publish }],
    ]);
  };
  await act(ctx);
  const first = createLogKeeper(system, open);
  await expect(first.tick()).rejects.toThrow('away');
  await act(ctx);
  await expect(createLogKeeper(system, open).sign()).rejects.toThrow('away');
  isAway = false;
  await first.tick();
  expect(await linesIn(two)).toEqual([]);
  clock.advanceMs(60_000);
  await first.tick();
  expect(await linesIn(two)).not.toEqual([]);
  await act(ctx);
  await createLogKeeper(system, open).sign();
  for (const folder of [one, two]) {
    const leaves = (await linesIn(folder)).flatMap(({ leaf }) => leaf ?? []);
    expect(new Set(leaves).size, folder).toBe(Math.max(...leaves) + 1);
  }
  const anchors = await openAnchors(system, [one, two]);
  expect(isIntact(await verifyAuditLog(system, anchors, publicKeySet(system.signingKey)))).toBe(true);
});

test('entries from before there was a log get their place at the first start', async ({
  database,
  clock,
}) => {
  const system = systemOf(database, clock);
  await database.admin.query(
    `insert into audit.entries (id, actor, action, details, request_id, created_at)
     values ('audit_0000000000000000000000old1', 'system:old', 'old.done', '{"count": 1}', 'req_old', now())`,
  );
  const folder = await aFolder();
  await createLogKeeper(system, () => openAnchors(systemOf(database, clock), [folder])).tick();
  const { rowCount } = await database.admin.query(
    `select 1 from audit.log_leaves where entry_id = 'audit_0000000000000000000000old1'`,
  );
  expect(rowCount).toBe(1);
});
