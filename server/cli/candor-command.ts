import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** How an operator calls `candor.ts` here, up to its words. */
export const candorCommand = commandOf(fileURLToPath(import.meta.url), process.cwd());

/**
 * The files of a bundle (`.mjs`) lie in one folder, where npm has no scripts. In a checkout a bundle is only a cache.
 * @param file one with this code.
 */
export function commandOf(file: string, workingFolder: string): string {
  if (!file.endsWith('.mjs') || file.includes('/node_modules/')) return 'npm run candor --';
  return `node ${relative(workingFolder, join(dirname(file), 'candor.mjs'))}`;
}
