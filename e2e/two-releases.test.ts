import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { addNextRelease, bundleRelease, copyRelease, project, run } from './derive-release.ts';
import { takeLandedRelease } from './landed-release.ts';
import { rollOut } from './roll-out.ts';

// No request fails, what is acknowledged is charged and credited once, erasures are certified, and the log verifies:
// `roll-out.ts`.
const timeout = 1_800_000;

function aFolder(): string {
  const root = mkdtempSync(join(tmpdir(), 'candor-releases-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  return root;
}

test(
  'this release rolls forward, back and forward again beside the landed one under load: the landed one restarts on the migrated database and goes on',
  { timeout },
  async () => {
    const root = aFolder();
    const [landed, own] = [join(root, 'landed'), join(root, 'own')];
    takeLandedRelease(landed);
    copyRelease(own);
    await rollOut(
      root,
      { name: 'the landed release', main: bundleRelease(landed) },
      { name: 'this release', main: bundleRelease(own) },
    );
  },
);

test(
  'the next release, with a purpose, a table and a column of its own, rolls forward, back and forward again beside this one under load',
  { timeout },
  async () => {
    const root = aFolder();
    const [own, next] = [join(root, 'own'), join(root, 'next')];
    copyRelease(own);
    copyRelease(next);
    addNextRelease(next);
    const listed = await rollOut(
      root,
      { name: 'this release', main: bundleRelease(own) },
      { name: 'the next release', main: bundleRelease(next) },
    );
    expect(listed).toMatch(/no process lives/);
    expect(listed).toMatch(/a process lives/);
  },
);

test('without history the landed release is fetched, and without a remote a plain sentence says what is missing', () => {
  const root = aFolder();
  const shallow = join(root, 'shallow');
  run(root, 'no clone', 'git', ['clone', '--quiet', '--depth', '1', pathToFileURL(project).href, shallow]);
  takeLandedRelease(join(root, 'landed'), shallow);
  expect(existsSync(join(root, 'landed', 'server', 'main.ts'))).toBe(true);
  const bare = join(root, 'bare');
  mkdirSync(bare);
  expect(() => takeLandedRelease(join(root, 'none'), bare)).toThrow(
    /^The landed release, commit [0-9a-f]{40} of e2e\/landed-release\.json, is not in this checkout/,
  );
});
