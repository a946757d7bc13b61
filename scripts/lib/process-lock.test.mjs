import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { processStartTime } from './process-identity.mjs';
import { tryLock, waitForLock } from './process-lock.mjs';

const root = mkdtempSync(join(tmpdir(), 'candor-lock-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const lockModule = new URL('process-lock.mjs', import.meta.url).href;

/** @param {string} source */
function runElsewhere(source) {
  const imports = `import { tryLock, waitForLock } from '${lockModule}'; import fs from 'node:fs';`;
  return spawn(process.execPath, ['--input-type=module', '-e', imports + source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

test('a lock has one holder, and says which', () => {
  const directory = join(root, 'one');
  const first = tryLock(directory);
  expect(first.lock).toBeDefined();
  expect(tryLock(directory).holder).toEqual({ pid: process.pid, startTime: processStartTime(process.pid) });
  first.lock?.release();
  first.lock?.release();
  expect(tryLock(directory).lock).toBeDefined();
});

test('a lock of a killed process is taken over', async () => {
  const directory = join(root, 'killed');
  const holder = runElsewhere(
    `tryLock(${JSON.stringify(directory)}); console.log('held'); setInterval(() => {}, 9e6);`,
  );
  await once(holder.stdout, 'data');
  expect(tryLock(directory).holder?.pid).toBe(holder.pid);
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  expect(tryLock(directory).lock).toBeDefined();
});

test('a lock whose pid now belongs to another process is taken over', () => {
  const directory = join(root, 'reused');
  tryLock(directory);
  writeFileSync(join(directory, '1'), JSON.stringify({ pid: process.ppid, startTime: 'long ago' }));
  expect(tryLock(directory).lock).toBeDefined();
});

test('whoever waits gets the lock when it is released', async () => {
  const directory = join(root, 'wait');
  const { lock } = tryLock(directory);
  const waiting = waitForLock(directory, { timeoutMs: 10_000, onWait: () => lock?.release() });
  expect((await waiting).lock).toBeDefined();
  expect((await waitForLock(directory, { timeoutMs: 0 })).holder?.pid).toBe(process.pid);
});

test(
  'processes that fight for a lock, some dying with it, never hold it together',
  { timeout: 30_000 },
  async () => {
    const directory = join(root, 'fight');
    const count = join(root, 'count');
    writeFileSync(count, '0');
    // A counter that is read and written without protection loses steps unless the lock protects it.
    const rounds = 60;
    const fighters = Array.from({ length: 6 }, (_, fighter) =>
      runElsewhere(`
      for (let round = 1; round <= ${rounds}; round += 1) {
        const { lock } = await waitForLock(${JSON.stringify(directory)}, { timeoutMs: 0 }).then(
          async (first) => { let got = first; while (!got.lock) { await new Promise(setImmediate); got = tryLock(${JSON.stringify(directory)}); } return got; });
        const seen = Number(fs.readFileSync(${JSON.stringify(count)}, 'utf8'));
        fs.writeFileSync(${JSON.stringify(count)}, String(seen + 1));
        if (round === ${rounds} && ${fighter} % 2) process.kill(process.pid, 'SIGKILL');
        lock.release();
      }`),
    );
    await Promise.all(fighters.map((fighter) => once(fighter, 'exit')));
    expect(readFileSync(count, 'utf8')).toBe(String(fighters.length * rounds));
  },
);
