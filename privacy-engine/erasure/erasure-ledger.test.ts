import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openLocalVault } from '../vault/open-vault.ts';

async function newLedger() {
  const folder = join(await mkdtemp(join(tmpdir(), 'candor ledger ')), 'vault');
  const vault = await openLocalVault({ folder });
  onTestFinished(async () => {
    vault.close();
    await rm(join(folder, '..'), { recursive: true, force: true });
  });
  return { folder, ledger: vault.erasures };
}

const line = {
  erasureId: 'erasure_1',
  subject: 'user_wanghong',
  at: '2026-11-23T08:00:00.000Z',
  planHash: 'a'.repeat(64),
  sealedReference: 's1.sealed',
};
const certificate = {
  erasureId: 'erasure_1',
  referenceHash: 'hash',
  certificate: 'sealed certificate',
  certifiedAt: '2026-11',
};

test('the ledger has a line per erasure and plan, oldest first, and names no person', async () => {
  const { folder, ledger } = await newLedger();
  expect(await ledger.lines()).toEqual([]);
  const { subject, ...facts } = line;
  const subjectHash = await ledger.hashOf(subject);
  expect(subjectHash).toMatch(/^[0-9a-f]{64}$/);
  expect(await ledger.hashOf('user_lilei')).not.toBe(subjectHash);
  const later = { ...line, planHash: 'b'.repeat(64), at: '2026-11-23T09:00:00.000Z' };
  const earlier = { ...line, erasureId: 'erasure_0', at: '2026-11-22T08:00:00.000Z' };
  await ledger.append(later);
  expect(await ledger.append(line)).toEqual({ ...facts, subjectHash });
  await ledger.append(earlier);
  expect((await ledger.lines()).map(({ at }) => at)).toEqual([earlier.at, line.at, later.at]);
  for (const name of await readdir(join(folder, 'erasures'))) {
    expect(await readFile(join(folder, 'erasures', name), 'utf8')).not.toContain('wanghong');
    expect((await stat(join(folder, 'erasures', name))).mode & 0o777).toBe(0o600);
  }
  expect(await readdir(join(folder, 'scratch'))).toEqual([]);
});

test('a line that is written again stays as it was first written', async () => {
  const { ledger } = await newLedger();
  const first = await ledger.append(line);
  expect(await ledger.append({ ...line, at: '2026-12-01T00:00:00.000Z' })).toEqual(first);
  expect(await ledger.lines()).toEqual([first]);
});

test('the first certificate of an erasure stays, and an erasure without one has none', async () => {
  const { ledger } = await newLedger();
  expect(await ledger.certificateOf('erasure_1')).toBeUndefined();
  await ledger.keep(certificate);
  await ledger.keep({ ...certificate, certificate: 'another' });
  expect(await ledger.certificateOf('erasure_1')).toEqual(certificate);
});

test('a ledger that others may enter is refused, by name and with the remedy', async () => {
  const { folder, ledger } = await newLedger();
  await ledger.append(line);
  await ledger.keep(certificate);
  for (const name of ['erasures', 'certificates']) await chmod(join(folder, name), 0o750);
  const remedy = 'has mode 750, so others can reach keys: chmod 700';
  await expect(ledger.append(line)).rejects.toThrow(`${join(folder, 'erasures')} ${remedy}`);
  await expect(ledger.keep(certificate)).rejects.toThrow(`${join(folder, 'certificates')} ${remedy}`);
});

test('a line of before references were sealed has none; anything else that is missing is damage', async () => {
  const { folder, ledger } = await newLedger();
  const { subject: _subject, sealedReference: _reference, ...facts } = line;
  const whole = { format: 1, subjectHash: 'hash', ...facts };
  await ledger.append(line);
  const path = join(folder, 'erasures', `erasure_1.${'a'.repeat(16)}`);
  await writeFile(path, JSON.stringify(whole));
  expect(await ledger.lines()).toEqual([{ ...facts, subjectHash: 'hash', sealedReference: null }]);
  for (const name of [...Object.keys(whole), 'sealedReference']) {
    await writeFile(path, JSON.stringify({ ...whole, [name]: 5 }));
    await expect(ledger.lines(), name).rejects.toThrow(`${path} is no line of the ledger of erasures`);
  }
  await ledger.keep(certificate);
  const kept = join(folder, 'certificates', 'erasure_1');
  for (const name of ['format', ...Object.keys(certificate)]) {
    await writeFile(kept, JSON.stringify({ format: 1, ...certificate, [name]: 5 }));
    await expect(ledger.certificateOf('erasure_1'), name).rejects.toThrow(
      `${kept} is no certificate of an erasure`,
    );
  }
});
