import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Config } from '../../config/config.ts';
import type { Ctx } from '../../kernel/context.ts';
import { instantSchema, localisedTextSchema, pageOf, pageSchema, typed } from '../../kernel/http.ts';
import { auditorRoutes } from './auditor-routes.ts';
import { openAnchors } from './open-anchors.ts';
import { listAuditEntries } from './list-entries.ts';
import { listLogRoutes } from './list-log-routes.ts';
import { createLogKeeper, type LogKeeper } from './log-keeper.ts';
import { startLogLoop } from './log-loop.ts';
import { logRoutes } from './log-routes.ts';
import { staffReadRoutes } from './staff-read-routes.ts';

const actionSchema = z.object({ action: z.string(), title: localisedTextSchema }).meta({ id: 'AuditAction' });

const auditEntrySchema = z
  .object({
    id: z.string(),
    actor: z.string().meta({ description: 'kind and identifier, `erased` once that person is erased' }),
    action: z.string(),
    title: localisedTextSchema.meta({ description: 'The action in words' }),
    targetId: z.string().nullable(),
    details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
    requestId: z.string().nullable(),
    createdAt: instantSchema,
    leafIndex: z.int().nullable().meta({ description: 'Place in the log, null for a moment at first' }),
  })
  .meta({ id: 'AuditEntry' });

export interface AuditDeps {
  readonly config: Config;
  readonly systemCtx: (name: string) => Ctx;
}

/** Gives entries their places and signs. Several workers may: each step is one transaction under the lock of the log. */
export function keepLog(app: FastifyInstance, { config, systemCtx }: AuditDeps): void {
  const ctx = systemCtx('audit-log');
  const keeper = keeperOf(ctx, config);
  // An app that is built to be looked at, or tested, and does not listen, starts nothing.
  let loop: ReturnType<typeof startLogLoop> | null = null;
  app.addHook('onListen', async () => {
    loop = startLogLoop(ctx, keeper);
  });
  app.addHook('onClose', async () => loop?.stop());
}

function keeperOf(ctx: Ctx, config: Config): LogKeeper {
  return createLogKeeper(ctx, () => openAnchors(ctx, config.auditAnchors));
}

export function auditRoutes(app: FastifyInstance, { config, systemCtx }: AuditDeps): void {
  const keeper = keeperOf(systemCtx('audit-log'), config);
  logRoutes(app, keeper);
  staffReadRoutes(app);
  auditorRoutes(app);
  listLogRoutes(app);

  typed(app).get(
    '/api/audit/actions',
    {
      schema: {
        operationId: 'listAuditActions',
        tags: ['audit'],
        summary: 'Everything that is written down, in words',
        response: { 200: z.object({ items: z.array(actionSchema) }) },
      },
    },
    async ({ ctx }) => ({ items: [...ctx.product.acts].map(([action, title]) => ({ action, title })) }),
  );

  typed(app).get(
    '/api/audit/entries',
    {
      schema: {
        operationId: 'listAuditEntries',
        tags: ['audit'],
        summary: 'What was done in your account, newest first',
        querystring: pageSchema,
        response: { 200: pageOf(auditEntrySchema) },
      },
    },
    async (request) => listAuditEntries(request.ctx, request.query),
  );
}
