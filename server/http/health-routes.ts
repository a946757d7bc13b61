import type { FastifyInstance } from 'fastify';
import type pg from 'pg';

export interface Health {
  readonly pool: pg.Pool;
  /** Whether background jobs are worked on. */
  readonly isWorking: () => boolean;
  /** Whether requests may be answered: false once database and vault are found to be of different times. */
  readonly isServing: () => boolean;
}

const answerWithinMs = 2_000;

/**
 * `/healthz`: the process lives, so restarting it would mend nothing. `/readyz`: requests can be served now, with what
 * is in the way otherwise; a load balancer asks here.
 */
export function healthRoutes(app: FastifyInstance, { pool, isWorking, isServing }: Health): void {
  const isReachable = askOnceAtATime(pool);
  let isStopping = false;
  app.addHook('preClose', async () => {
    isStopping = true;
  });
  app.get('/healthz', { config: { access: 'open' }, schema: { hide: true } }, async () => ({ status: 'ok' }));
  app.get('/readyz', { config: { access: 'open' }, schema: { hide: true } }, async (_request, reply) => {
    const missing = [
      ...(isStopping ? ['stopping'] : []),
      ...((await isReachable()) ? [] : ['database']),
      ...(isWorking() ? [] : ['jobs']),
      ...(isServing() ? [] : ['restored-parts']),
    ];
    void reply.header('cache-control', 'no-store');
    if (missing.length === 0) return { status: 'ready', missing };
    return reply.code(503).send({ status: 'not ready', missing });
  });
}

/** Probes that come while the database does not answer share one question, so that they use up no connections. */
function askOnceAtATime(pool: pg.Pool): () => Promise<boolean> {
  let asking: Promise<boolean> | null = null;
  return async () => {
    asking ??= pool
      .query('select 1')
      .then(
        () => true,
        () => false,
      )
      .finally(() => {
        asking = null;
      });
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), answerWithinMs);
    });
    try {
      return await Promise.race([asking, tooLate]);
    } finally {
      clearTimeout(timer);
    }
  };
}
