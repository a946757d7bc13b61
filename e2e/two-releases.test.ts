import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test, type TestContext } from 'vitest';
import { addNextRelease, bundleRelease, copyRelease, project, run } from './derive-release.ts';
import { takeLandedRelease } from './landed-release.ts';
import { rollOut } from './roll-out.ts';

// No request fails, what is acknowledged is charged and credited once, erasures are certified, and the log verifies:
// `roll-out.ts`. The two journeys wait more than they work, so they run at once.
const timeout = 1_800_000;

function aFolder({ onTestFinished }: Pick<TestContext, 'onTestFinished'>): string {
  const root = mkdtempSync(join(tmpdir(), 'candor-releases-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  return root;
}

test.concurrent(
  'this release rolls forward, back and forward again beside the landed one under load: the landed one restarts on the migrated database and goes on',
  { timeout },
  async (context) => {
    const root = aFolder(context);
    const [landed, own] = [join(root, 'landed'), join(root, 'own')];
    takeLandedRelease(landed);
    copyRelease(own);
    await rollOut(
      context,
      root,
      { name: 'the landed release', main: bundleRelease(landed) },
      { name: 'this release', main: bundleRelease(own) },
    );
  },
);

test.concurrent(
  'the next release, with a purpose, a table and a column of its own, rolls forward, back and forward again beside this one under load',
  { timeout },
  async (context) => {
    const root = aFolder(context);
    const [own, next] = [join(root, 'own'), join(root, 'next')];
    copyRelease(own);
    copyRelease(next);
    addNextRelease(next);
    const listed = await rollOut(
      context,
      root,
      { name: 'this release', main: bundleRelease(own) },
      { name: 'the next release', main: bundleRelease(next) },
    );
    context.expect(listed).toMatch(/no process lives/);
    context.expect(listed).toMatch(/a process lives/);
  },
);

test('without history the landed release is fetched, and without a remote a plain sentence says what is missing', (context) => {
  const root = aFolder(context);
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
