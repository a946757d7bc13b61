import type { Sink } from '../../kernel/sinks.ts';
import type { KeyCache } from './key-cache.ts';

/** What one gateway keeps in memory about somebody, and how it is forgotten. */
export function gatewaySinks(keys: Pick<KeyCache, 'clear' | 'countOf'>): Sink[] {
  return [
    {
      name: 'gateway-memory',
      async erase() {
        keys.clear();
      },
      async probe(_ctx, { userId }) {
        const found = keys.countOf(userId);
        const note =
          'keys known in this process; other processes hear of the change and forget within 30 seconds';
        return found === 0 ? { isClean: true, note } : { isClean: false, found };
      },
    },
    {
      name: 'local-model',
      async erase() {},
      async probe() {
        return {
          isClean: true,
          note: 'prompts are in memory while they are answered; the context of a model is cleared before each use',
        };
      },
    },
  ];
}
