import type { Sink } from '../../declare/sink.ts';
import { announceClosedAccess } from '../identity/index.ts';

interface Memory {
  clear(): void;
  /** Keys of a person that are remembered, and answers to them that are under way. */
  countOf(userId: string): number;
  endOf(userId: string): void;
}

const memory = 'gateway-memory';
const otherGateways =
  'other processes are notified, look again when they were cut off, and what they write late names no person';

/** What the gateway of this process keeps in memory about a person, and how it is forgotten. */
export function memorySink(keys: Memory): Sink {
  return {
    name: memory,
    async erase(ctx, { userId }) {
      keys.endOf(userId);
      keys.clear();
      await announceClosedAccess(ctx, userId);
    },
    async probe(_ctx, { userId }) {
      const found = keys.countOf(userId);
      const note = `keys and answers of this process; ${otherGateways}`;
      return found === 0 ? { isClean: true, note } : { isClean: false, found };
    },
  };
}

/** An erasure may be carried out by a process without a gateway: its certificate names these places too. */
export const gatewaySinks: readonly Sink[] = [
  {
    name: memory,
    erase: (ctx, { userId }) => announceClosedAccess(ctx, userId),
    async probe() {
      return { isClean: true, note: `this process has no gateway; ${otherGateways}` };
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
