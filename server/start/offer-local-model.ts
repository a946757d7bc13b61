import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { createRestartPolicy } from '../../scripts/lib/restart-policy.mjs';
import type { Config } from '../config/config.ts';
import type { Ctx } from '../kernel/context.ts';
import { localModelIds, type RunningLocalModel, startLocalModel } from './local-model.ts';
import type { Terminal } from './terminal.ts';

const restarts = { pausesMs: [1_000, 5_000, 20_000], steadyAfterMs: 60_000 };

/**
 * Puts the local model behind the model routes, and starts it again when its thread ends unexpectedly. Serving does not
 * wait for it: weights may take a download, and calls are answered to retry until then. @returns how to stop it, at whatever stage it is.
 */
export function offerLocalModel(
  ctx: Ctx,
  config: Config,
  app: FastifyInstance,
  terminal: Terminal,
  start: typeof startLocalModel = startLocalModel,
): () => Promise<void> {
  const stopping = new AbortController();
  const stopped = new Promise<'stopped'>((resolve) =>
    stopping.signal.addEventListener('abort', () => resolve('stopped')),
  );
  const policy = createRestartPolicy(restarts);

  async function keep(): Promise<void> {
    for (;;) {
      const startedAtMs = performance.now();
      app.awaitLocalUpstream(config.model === 'none' ? [] : localModelIds);
      const model = await startOrTell();
      if (model === null) {
        app.awaitLocalUpstream([]);
        return;
      }
      app.registerLocalUpstream(model);
      if ((await Promise.race([model.ended, stopped])) === 'stopped') return model.stop();
      app.awaitLocalUpstream(localModelIds);
      const pauseMs = policy.nextPauseMs(performance.now() - startedAtMs);
      if (pauseMs === undefined) {
        app.awaitLocalUpstream([]);
        ctx.log.error('the local model keeps ending; it is not started again');
        return;
      }
      await Promise.race([delay(pauseMs, undefined, { ref: false }), stopped]);
      if (stopping.signal.aborted) return;
      ctx.log.warn('the local model is started again');
    }
  }
  async function startOrTell(): Promise<RunningLocalModel | null> {
    try {
      return await start(ctx, config, terminal, stopping.signal);
    } catch (error) {
      if (stopping.signal.aborted) return null;
      ctx.log.error({ err: error }, 'the local model could not be started');
      terminal.say('The local model could not be started; see the log. Everything else works.');
      return null;
    }
  }

  const keeping = keep();
  return async () => {
    stopping.abort();
    await keeping;
  };
}
