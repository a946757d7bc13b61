import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { projectRoot } from './project.mjs';

/**
 * Runs a program to its end and returns its exit code and everything it printed.
 * @param {string} file
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 */
export async function capture(file, args, options = {}) {
  const env = { ...process.env, ...options.env, NO_COLOR: '1' };
  const child = spawn(file, args, { cwd: projectRoot, ...options, env, stdio: ['ignore', 'pipe', 'pipe'] });
  /** @type {Buffer[]} */
  const chunks = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (/** @type {Buffer} */ chunk) => chunks.push(chunk));
  }
  try {
    const [code] = /** @type {[number | null]} */ (await once(child, 'close'));
    return { code: code ?? 1, output: Buffer.concat(chunks).toString('utf8').trim() };
  } catch (error) {
    return { code: 1, output: String(error) };
  }
}
