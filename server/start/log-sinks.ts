import { readFile } from 'node:fs/promises';
import { findsResidue } from '@candor/privacy-engine';
import type { Sink } from '../declare/sink.ts';

/**
 * A log file that we write but whose lines are not ours. Nothing of a person belongs in it, so there is nothing to
 * erase; that it holds nothing is looked at, with the file that was full before.
 */
export function logFileSink(name: string, path: string): Sink {
  return {
    name,
    async erase() {},
    async probe(_ctx, { userId }, identifiers) {
      // A name may be one of PostgreSQL's own words ("checkpoint"); addresses, numbers and ids may not.
      const known = identifiers.filter(({ kind }) => kind === 'unmistakable');
      const wanted = [...known, { value: userId, kind: 'unmistakable' as const }];
      const lines = (await Promise.all([read(path), read(`${path}.1`)])).join('\n').split('\n');
      const found = lines.filter((line) => findsResidue(wanted, line)).length;
      return found === 0 ? { isClean: true } : { isClean: false, found };
    },
  };
}

async function read(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
}

/** Our own lines go to standard output; what becomes of them there is out of reach, so nothing is written that matters. */
export const serverLogSink: Sink = {
  name: 'server-log',
  async erase() {},
  async probe() {
    return {
      isClean: true,
      note: 'written to standard output: routes, codes, numbers and random identifiers, never a value of a person',
    };
  },
};
