import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Kept between runs. Apart from our own packages, because no part of the product uses it.
const environment = fileURLToPath(new URL('../node_modules/.candor-node/', import.meta.url));
const packages = { '@anthropic-ai/sdk': '1.14.0' };

/** Installs Anthropic's official package for Node, once. @returns the folder from which programs find it. */
export function prepareNode(): string {
  const wanted = JSON.stringify({ private: true, dependencies: packages });
  mkdirSync(environment, { recursive: true });
  writeFileSync(join(environment, 'package.json'), wanted);
  if (!existsSync(join(environment, 'node_modules', '@anthropic-ai', 'sdk'))) {
    const { status, stderr, error } = spawnSync('npm', ['install', '--silent', '--no-audit', '--no-fund'], {
      cwd: environment,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`npm install failed: ${error?.message ?? stderr}`);
  }
  return environment;
}
