import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Config } from '../config/config.ts';
import type { Ctx } from '../kernel/context.ts';
import { typed } from '../kernel/http.ts';
import { microsSchema } from '../kernel/money.ts';
import { listModels, modelKinds } from '../modules/catalog/index.ts';
import { canReach } from '../modules/notifications/index.ts';
import { topUpChannels, topUpLimits } from '../modules/wallet/index.ts';

const capabilitiesSchema = z
  .object({
    codesBySms: z.boolean().meta({ description: 'a code sent to a phone number reaches its person' }),
    codesByMail: z.boolean().meta({ description: 'a code sent to an address reaches its person' }),
    forMembers: z
      .object({
        topUp: z.object({
          channels: z.array(z.string()),
          minMicros: microsSchema,
          maxMicros: microsSchema,
          stepMicros: microsSchema,
        }),
        bankAccount: z
          .object({ accountName: z.string(), bankName: z.string(), accountNumber: z.string() })
          .nullable(),
        modelKinds: z
          .array(z.enum(modelKinds))
          .meta({ description: 'of the models that can be called: those with a price' }),
      })
      .nullable()
      .meta({ description: 'null for callers that are not logged in' }),
  })
  .meta({
    id: 'Capabilities',
    description: 'What this installation can do, so that no page offers anything else',
  });

/** The one answer that every page of the console obeys. */
export function capabilitiesRoutes(
  app: FastifyInstance,
  config: Config,
  systemCtx: (name: string) => Ctx,
): void {
  typed(app).get(
    '/api/capabilities',
    {
      config: { access: 'open' },
      schema: {
        operationId: 'readCapabilities',
        tags: ['capabilities'],
        summary: 'What this installation can do',
        response: { 200: capabilitiesSchema },
      },
    },
    async (request) => ({
      codesBySms: canReach(request.ctx, 'sms'),
      codesByMail: canReach(request.ctx, 'mail'),
      forMembers:
        request.ctx.actor.kind === 'user' ? await forMembers(config, systemCtx('capabilities')) : null,
    }),
  );
}

async function forMembers(config: Config, ctx: Ctx) {
  const callable = (await listModels(ctx)).filter(({ isOffered }) => isOffered);
  return {
    topUp: { channels: topUpChannels(config), ...topUpLimits },
    bankAccount: config.bankAccount,
    modelKinds: [...new Set(callable.map(({ kind }) => kind))],
  };
}
