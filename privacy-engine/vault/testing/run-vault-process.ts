import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { VaultErrand } from './vault-process.ts';

const program = fileURLToPath(new URL('vault-process.ts', import.meta.url));

/** Runs an errand in a process of its own. */
export async function runVaultProcess(
  errand: VaultErrand,
): Promise<{ signal: string | null; code: number | null; made: Record<string, string> }> {
  const child = spawn(process.execPath, ['--import', 'tsx', program, JSON.stringify(errand)], {
    cwd: fileURLToPath(new URL('../../..', import.meta.url)),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  const made = output === '' ? {} : (JSON.parse(output) as { made: Record<string, string> }).made;
  return { signal, code, made };
}
