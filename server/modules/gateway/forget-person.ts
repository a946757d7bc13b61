import type { Sink } from '../../declare/sink.ts';

interface Memory {
  clear(): void;
  /** Keys of a person that are remembered, and answers to them that are under way. */
  countOf(userId: string): number;
  endOf(userId: string): void;
}

/** What one gateway keeps in memory about somebody, and how it is forgotten. */
export function gatewaySinks(keys: Memory): Sink[] {
  return [
    {
      name: 'gateway-memory',
      async erase(_ctx, { userId }) {
        keys.endOf(userId);
        keys.clear();
      },
      async probe(_ctx, { userId }) {
        const found = keys.countOf(userId);
        const note =
          'keys and answers of this process; other processes are notified, and what they write late names nobody';
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
