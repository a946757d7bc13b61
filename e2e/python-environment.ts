import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Kept between runs: installing the package is slow, and its version is pinned.
const environment = fileURLToPath(new URL('../node_modules/.candor-python/', import.meta.url));
const packageVersions = ['openai==3.54.0', 'anthropic==2.14.0'];

/** Makes a Python that has the official packages of OpenAI and Anthropic, once. @returns the path of its interpreter. */
export function preparePython(): string {
  const python = join(environment, 'bin', 'python');
  if (!existsSync(python)) run('python3', ['-m', 'venv', environment]);
  run(python, ['-m', 'pip', 'install', '--quiet', ...packageVersions]);
  return python;
}

function run(command: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${error?.message ?? stderr}`);
}
