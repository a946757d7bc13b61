import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLocalVault } from '@candor/privacy-engine';
import { expect, inject, onTestFinished } from 'vitest';
import { parseConfig } from '../config/config.ts';
import { compareTimes, markVault } from '../modules/privacy/index.ts';
import { runErasure } from '../modules/privacy/erasure/index.ts';
import { openAnchors } from '../modules/audit/index.ts';
import { createLogKeeper } from '../modules/audit/log-keeper.ts';
import {
  acceptRestored,
  describeAccepted,
  describeTimes,
  findRestoredParts,
  requireSameTime,
  watchTimes,
} from './restored-parts.ts';
import { startServer } from './start-server.ts';
import { confirmed, test } from '../testing/erasing.ts';
import { aPerson } from '../testing/factories.ts';
import { type Database, hashSecret } from '../testing/test.ts';

const settings = { backupDays: 30, auditAnchors: [] };

test('a database that was put back is named and not served; accepting it erases again and remembers the lost erasure', async ({
  app,
  database,
  system,
}) => {
  const person = await aPerson(app);
  const { erasureId, reference } = await confirmed(person);
  expect(await runErasure(system, erasureId)).toBe('certified');
  const certificateOf = async () =>
    (await person.call('POST', '/api/privacy/erasure/certificate', { reference })).body;
  const certificate = await certificateOf();
  // As if the database were from before: it has never heard of the erasure.
  await database.admin.query('delete from privacy.erasures where id = $1', [erasureId]);
  await expect(requireSameTime(system, settings)).rejects.toThrow(
    new RegExp(`The database went back in time.*${erasureId}.*restore accept`, 's'),
  );
  expect(await acceptRestored(system, settings)).toMatchObject({ erasedAgain: 1, remembered: 1 });
  await requireSameTime(system, settings);
  expect(await acceptRestored(system, settings)).toBeNull();
  const { rows } = await database.admin.query('select state, origin from privacy.erasures where id = $1', [
    erasureId,
  ]);
  expect(rows).toEqual([{ state: 'certified', origin: 'restored' }]);
  expect(certificate).toContain('certificate');
  expect(await certificateOf(), 'the reference opens what it opened before').toBe(certificate);
});

test('an erasure that was under way when its database was lost goes on with the reference the person holds', async ({
  app,
  database,
  system,
}) => {
  const person = await aPerson(app);
  const { erasureId, reference } = await confirmed(person);
  expect(await runErasure(system, erasureId, 'ledgered')).toBe('ledgered');
  await database.admin.query('delete from privacy.erasures where id = $1', [erasureId]);
  expect(await acceptRestored(system, settings)).toMatchObject({ erasedAgain: 1, remembered: 1 });
  const ask = (what: string) => person.call('POST', `/api/privacy/erasure/${what}`, { reference });
  const month = expect.stringMatching(/-01T00:00:00.000Z$/);
  expect((await ask('status')).json()).toMatchObject({
    state: 'certified',
    createdAt: month,
    certifiedAt: month,
  });
  expect((await ask('certificate')).json()).toMatchObject({ certificate: expect.stringMatching(/^ey/) });
  // What could open the reference has gone with both erasures.
  for (const { erasureId: id } of await system.vault.erasures.lines())
    expect((await system.vault.find(`erasure:${id}`, 'core')).state).not.toBe('live');
});

test('a vault that was put back is named and not served, and accepting it destroys the keys of the erased persons again', async ({
  app,
  system,
  testVault,
}) => {
  const [person, stays] = [await aPerson(app), await aPerson(app)];
  await requireSameTime(system, settings);
  const folder = await mkdtemp(join(tmpdir(), 'candor-older-vault-'));
  await cp(testVault.folder, folder, { recursive: true, preserveTimestamps: true });
  const { erasureId } = await confirmed(person);
  expect(await runErasure(system, erasureId)).toBe('certified');
  await requireSameTime(system, settings);
  await markVault(system);
  const older = await openLocalVault({ folder });
  try {
    const restored = { ...system, vault: older };
    await expect(requireSameTime(restored, settings)).rejects.toThrow(
      new RegExp(`The vault went back in time.*${erasureId}.*restore accept`, 's'),
    );
    expect((await older.find(person.user.id, 'core')).state, 'what was destroyed is back').toBe('live');
    await acceptRestored(restored, settings);
    await requireSameTime(restored, settings);
    expect((await older.find(person.user.id, 'core')).state).toBe('destroyed');
    expect((await older.find(stays.user.id, 'core')).state).toBe('live');
  } finally {
    older.close();
    await rm(folder, { recursive: true, force: true });
  }
});

test('a vault that was put back before an erasure of which no row is left is named by the mark in the log', async ({
  system,
}) => {
  await markVault(system);
  const epoch = await system.vault.epoch();
  const older = { ...system.vault, epoch: async () => ({ ...epoch, current: epoch.current - 1 }) };
  const report = await findRestoredParts({ ...system, vault: older }, settings);
  expect(report.vaultWas).toMatchObject({ epoch: epoch.current });
  expect(describeTimes(report)).toEqual([expect.stringContaining('The vault went back in time')]);
});

async function aFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port was free');
  return address.port;
}

test('a running server stops serving when its database turns out to be older than its vault, and does not start again', async ({
  database,
  system,
  testVault,
}) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'candor-went-back-'));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  await mkdir(join(dataDir, 'secrets'), { mode: 0o700 });
  await writeFile(join(dataDir, 'secrets/database-app-password'), inject('appPassword'));
  await writeFile(join(dataDir, 'secrets/keyed-hash'), hashSecret);
  const port = await aFreePort();
  const config = parseConfig({
    CANDOR_DATA: dataDir,
    CANDOR_LOG_LEVEL: 'silent',
    CANDOR_MODEL: 'none',
    PORT: String(port),
    CANDOR_VAULT_DIR: testVault.folder,
    DATABASE_URL: database.adminUrl,
  });
  const server = await startServer(config, { compareTimesEveryMs: 50 });
  try {
    const ask = async (path: string) => {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`);
      return { status: answer.status, body: await answer.text() };
    };
    expect(await ask('/readyz')).toMatchObject({ status: 200 });
    expect(await ask('/api/capabilities')).toMatchObject({ status: 200 });
    const erasureId = 'erasure_that_was_lost';
    const line = {
      subject: 'user_that_was_erased',
      at: '2026-11-02T00:00:00.000Z',
      planHash: 'lost',
      sealedReference: null,
    };
    await system.vault.erasures.append({ erasureId, ...line });
    const reason = await server.failed;
    expect(reason.message).toMatch(
      new RegExp(`The database went back in time.*${erasureId}.*restore accept`),
    );
    expect(await ask('/readyz')).toMatchObject({
      status: 503,
      body: expect.stringContaining('restored-parts'),
    });
    for (const path of ['/api/capabilities', '/v1/models', '/']) {
      const answer = await ask(path);
      expect({ path, ...answer }).toMatchObject({
        path,
        status: 503,
        body: expect.stringContaining('unavailable'),
      });
    }
    expect(await ask('/healthz')).toMatchObject({ status: 200 });
  } finally {
    await server.stop();
  }
  await expect(startServer(config)).rejects.toThrow('The database went back in time');
}, 120_000);

test('an erasure that runs between two looks is no sign of a restored part', async ({ app, system }) => {
  const person = await aPerson(app);
  const { erasureId } = await confirmed(person);
  let hasRun = false;
  const { erasures } = system.vault;
  const lines = async () => {
    const read = await erasures.lines();
    if (!hasRun) {
      hasRun = true;
      expect(await runErasure(system, erasureId)).toBe('certified');
    }
    return read;
  };
  const report = await compareTimes({
    ...system,
    vault: { ...system.vault, epoch: () => system.vault.epoch(), erasures: { ...erasures, lines } },
  });
  expect(report.unknownToVault).not.toContain(erasureId);
});

/** The database as it was when the log had `size` leaves and the erasure was unknown. */
async function goBack(database: Database, size: number, erasureId: string): Promise<void> {
  const owner = await database.admin.connect();
  await owner.query(`begin; set local session_replication_role = replica;
    delete from privacy.erasures where id = '${erasureId}';
    delete from audit.entries where id in (select entry_id from audit.log_leaves where seq >= ${size});
    delete from audit.pending_entries;
    delete from audit.log_leaves where seq >= ${size};
    delete from audit.log_nodes where (position + 1) * (1::bigint << level) > ${size};
    delete from audit.log_heads where size > ${size}; commit`);
  owner.release();
}

test('database and vault that were put back together are detected by an anchor, and not served before the operator accepts what nothing here can repeat', async ({
  app,
  database,
  system,
  testVault,
}) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'candor-both-back-'));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  const [folder, away, vaultFolder] = [
    join(dataDir, 'anchor'),
    join(dataDir, 'away'),
    join(dataDir, 'older'),
  ];
  const anchored = { ...settings, auditAnchors: [folder, away] };
  const keeper = createLogKeeper(system, () => openAnchors(system, [folder]));
  // The vault of this file remembers an erasure that the test before made up.
  await acceptRestored(system, settings);
  const person = await aPerson(app);
  const { size = 0 } = (await keeper.sign()) ?? {};
  await cp(testVault.folder, vaultFolder, { recursive: true });
  const { erasureId } = await confirmed(person);
  expect(await runErasure(system, erasureId)).toBe('certified');
  const signed = await keeper.sign();
  await requireSameTime(system, anchored);

  await goBack(database, size, erasureId);
  const older = await openLocalVault({ folder: vaultFolder });
  const restored = { ...system, vault: older };
  try {
    await expect(requireSameTime(restored, anchored)).rejects.toThrow(
      /^The audit log was cut off.*The vault does not remember these entries.*restore accept/,
    );
    const found = await findRestoredParts(restored, anchored);
    expect(found.unreadAnchors, 'an anchor that is away proves nothing').toEqual([away]);
    expect(await findRestoredParts(restored, { auditAnchors: [away] })).toMatchObject({ logCut: null });
    // The hourly look sees the same.
    const reason = await new Promise<Error>((resolve) => {
      const watch = watchTimes(restored, { ...anchored, everyMs: 1, onWentBack: resolve });
      onTestFinished(() => watch.stop());
    });
    expect(reason.message).toContain('The audit log was cut off');

    const accepted = await acceptRestored(restored, anchored);
    const lost = (signed?.size ?? 0) - size;
    expect(accepted).toMatchObject({ erasedAgain: 0, logCut: { lostHeads: 1, isUnknownToVault: true } });
    expect(describeAccepted(accepted).join('\n')).toMatch(
      new RegExp(`Missing are ${lost} signed entries and 1 signed heads.*cannot be carried out again`, 's'),
    );
    await requireSameTime(restored, anchored);
    await createLogKeeper(restored, () => openAnchors(restored, [folder])).sign();
    await requireSameTime(restored, anchored);
  } finally {
    older.close();
  }
});
