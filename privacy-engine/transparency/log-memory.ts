import type { Anchor } from './anchor.ts';
import { openDirectoryAnchor } from './directory-anchor.ts';

/** An anchor of signed heads alone, in a folder that is made when it is first needed. */
export function createLogMemory(folder: string): Anchor {
  const open = () => openDirectoryAnchor(folder, { keepsLeaves: false });
  return {
    keepsLeaves: false,
    publish: async (publication) => (await open()).publish(publication),
    publishCut: async (cut, now) => (await open()).publishCut(cut, now),
    async *read() {
      yield* (await open()).read();
    },
  };
}
