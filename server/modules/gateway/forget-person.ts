import type { Sink } from '../../declare/sink.ts';
import { announceClosedAccess } from '../identity/index.ts';
import { untilGatewaysForgot } from './until-gateways-forgot.ts';

interface Memory {
  clear(): void;
  /** Keys of a person that are remembered, and answers to them that are under way. */
  countOf(userId: string): number;
  endOf(userId: string): void;
}

const memory = 'gateway-memory';
const everyGateway =
  'every gateway has answered that it forgot, or lost its lease and answers nothing; what it writes late names no person';

/** What the gateway of this process keeps in memory about a person, and how it is forgotten. */
export function memorySink(keys: Memory): Sink {
  return {
    name: memory,
    async erase(ctx, { userId }) {
      keys.endOf(userId);
      keys.clear();
      await announceClosedAccess(ctx, userId);
    },
    async probe(ctx, { userId }) {
      await untilGatewaysForgot(ctx);
      const found = keys.countOf(userId);
      return found === 0 ? { isClean: true, note: everyGateway } : { isClean: false, found };
    },
  };
}

/** An erasure may be carried out by a process without a gateway: its certificate names these places too. */
export const gatewaySinks: readonly Sink[] = [
  {
    name: memory,
    erase: (ctx, { userId }) => announceClosedAccess(ctx, userId),
    async probe(ctx) {
      await untilGatewaysForgot(ctx);
      return { isClean: true, note: everyGateway };
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
