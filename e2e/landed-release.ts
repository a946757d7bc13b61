import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { linkPackages, project, run } from './derive-release.ts';

const fetchPatienceMs = 120_000;

/**
 * Puts the source of the landed release, the one that operators run, into a folder, with its packages.
 * @throws when the checkout has no history and no remote gives it.
 */
export function takeLandedRelease(into: string, checkout = project): void {
  const { commit } = JSON.parse(readFileSync(join(import.meta.dirname, 'landed-release.json'), 'utf8')) as {
    commit: string;
  };
  requireCommit(checkout, commit);
  mkdirSync(into);
  const archive = `${into}.tar`;
  run(checkout, 'no source of the landed release', 'git', ['archive', '--output', archive, commit]);
  run(into, 'no source of the landed release', 'tar', ['-xf', archive]);
  rmSync(archive);
  if (installedBy(into) === installedBy(project)) linkPackages(into);
  else
    run(into, 'no packages of the landed release', 'npm', ['ci', '--include=dev', '--no-audit', '--no-fund']);
}

/** Every package that is installed. What our own ones ask for is listed too and is left out. */
function installedBy(folder: string): string {
  const { packages } = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, unknown>;
  };
  return JSON.stringify(Object.entries(packages).filter(([path]) => path.includes('node_modules/')));
}

function requireCommit(checkout: string, commit: string): void {
  if (isThere(checkout, commit)) return;
  for (const wanted of [['origin', commit], ['--unshallow']]) {
    spawnSync('git', ['fetch', '--quiet', ...wanted], {
      cwd: checkout,
      env: { ...process.env, GIT_TERMINAL_PROMPT: '0' },
      timeout: fetchPatienceMs,
    });
    if (isThere(checkout, commit)) return;
  }
  throw new Error(
    `The landed release, commit ${commit} of e2e/landed-release.json, is not in this checkout, and no remote gave it. ` +
      'Run this test in a clone with its whole history.',
  );
}

function isThere(checkout: string, commit: string): boolean {
  return spawnSync('git', ['cat-file', '-e', `${commit}^{commit}`], { cwd: checkout }).status === 0;
}
