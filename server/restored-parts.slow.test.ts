import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLocalVault } from '@candor/privacy';
import { expect } from 'vitest';
import { compareTimes, markVault } from './modules/privacy/index.ts';
import { runErasure } from './modules/privacy/erasure/index.ts';
import { acceptRestored, describeTimes, requireSameTime, watchTimes } from './restored-parts.ts';
import { confirmed, test } from './testing/erasing.ts';
import { aPerson } from './testing/factories.ts';
import { vaultFolder } from './testing/test.ts';

const settings = { backupDays: 30 };

test('a database that was put back is named and not served; accepting it erases again and remembers the lost erasure', async ({
  app,
  database,
  system,
}) => {
  const person = await aPerson(app);
  const { erasureId } = await confirmed(person);
  expect(await runErasure(system, erasureId)).toBe('certified');
  // As if the database were from before: it has never heard of the erasure.
  await database.admin.query('delete from privacy.erasures where id = $1', [erasureId]);
  await expect(requireSameTime(system)).rejects.toThrow(
    new RegExp(`The database went back in time.*${erasureId}.*restore accept`, 's'),
  );
  await acceptRestored(system, settings);
  await requireSameTime(system);
  await acceptRestored(system, settings);
  const { rows } = await database.admin.query('select state, origin from privacy.erasures where id = $1', [
    erasureId,
  ]);
  expect(rows).toEqual([{ state: 'certified', origin: 'restored' }]);
});

test('a vault that was put back is named and not served, and accepting it destroys the keys of who was erased again', async ({
  app,
  system,
}) => {
  const [person, stays] = [await aPerson(app), await aPerson(app)];
  await requireSameTime(system);
  const folder = await mkdtemp(join(tmpdir(), 'candor-older-vault-'));
  await cp(vaultFolder, folder, { recursive: true, preserveTimestamps: true });
  const { erasureId } = await confirmed(person);
  expect(await runErasure(system, erasureId)).toBe('certified');
  await requireSameTime(system);
  await watchTimes(system);
  const older = await openLocalVault({ folder });
  try {
    const restored = { ...system, vault: older };
    await expect(requireSameTime(restored)).rejects.toThrow(
      new RegExp(`The vault went back in time.*${erasureId}.*restore accept`, 's'),
    );
    expect((await older.find(person.user.id, 'core')).state, 'what was destroyed is back').toBe('live');
    await acceptRestored(restored, settings);
    await requireSameTime(restored);
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
  const report = await compareTimes({ ...system, vault: older });
  expect(report.vaultWas).toMatchObject({ epoch: epoch.current });
  expect(describeTimes(report)).toEqual([expect.stringContaining('The vault went back in time')]);
});
