import { setTimeout as delay } from 'node:timers/promises';
import type { Ctx } from '../../kernel/context.ts';
import type { LogKeeper } from './log-keeper.ts';

const restMs = 1_000;
const restAfterFailureMs = 5_000;

/** Lets the keeper work until `stop`, which waits for what it has begun. */
export function startLogLoop(ctx: Ctx, keeper: LogKeeper): { stop(): Promise<void> } {
  const abort = new AbortController();
  const running = run();

  async function run(): Promise<void> {
    while (!abort.signal.aborted) {
      const rest = await keeper.tick().then(
        () => restMs,
        (error: unknown) => {
          ctx.log.error({ err: error }, 'the audit log could not be kept');
          return restAfterFailureMs;
        },
      );
      await delay(rest, null, { signal: abort.signal, ref: false }).catch(() => null);
    }
  }
  return {
    async stop() {
      abort.abort();
      await running;
    },
  };
}
