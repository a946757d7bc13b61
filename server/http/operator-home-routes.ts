import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Config } from '../config/config.ts';
import { authorize } from '../declare/permissions.ts';
import { asSystem } from '../kernel/context.ts';
import { inTransaction } from '../kernel/db.ts';
import { instantSchema, typed } from '../kernel/http.ts';
import { microsSchema } from '../kernel/money.ts';
import { readPlatformUsage } from '../modules/billing/index.ts';
import { countModels } from '../modules/catalog/index.ts';
import { countUpstreams, healthSeenBy } from '../modules/gateway/index.ts';
import { isFirstPasswordInUse } from '../modules/identity/index.ts';
import { readInstallation, summariseQueue } from '../modules/privacy/index.ts';
import { countPaymentsToDecide, topUpChannels } from '../modules/wallet/index.ts';

/** What must be done before an installation can sell, in the order in which an operator does it. */
const points = ['password', 'company', 'mail', 'upstream', 'price', 'payment'] as const;

const homeSchema = z
  .object({
    revenue: z
      .object({
        todayMicros: microsSchema,
        monthMicros: microsSchema,
        days: z
          .array(z.object({ startsAt: instantSchema, chargeMicros: microsSchema }))
          .meta({ description: 'the last fourteen days in Shanghai, today last' }),
      })
      .meta({ description: 'what use was charged with, from the hourly sums; not what was paid in' }),
    calls: z.object({
      today: z.int(),
      failedToday: z.int().meta({ description: 'no upstream answered to the end' }),
    }),
    upstreams: z.object({
      healthy: z.int(),
      failing: z.int(),
      unknown: z.int().meta({ description: 'not called by the process that answers' }),
      off: z.int(),
    }),
    models: z.object({
      priced: z.int(),
      unpriced: z.int().meta({ description: 'in the catalogue, and refused when called' }),
    }),
    requests: z.object({ open: z.int(), dueToday: z.int(), overdue: z.int() }),
    payments: z.object({ bankTransfers: z.int(), suspended: z.int() }),
    checklist: z.array(z.object({ point: z.enum(points), isDone: z.boolean() })),
  })
  .meta({ id: 'OperatorHome', description: 'How the installation stands, in numbers that name no person' });

/** The first page of an operator: one request, eleven queries in four transactions, however many customers there are. */
export function operatorHomeRoutes(app: FastifyInstance, config: Config): void {
  const healthOf = healthSeenBy(app);
  typed(app).get(
    '/api/operator-home',
    {
      schema: {
        operationId: 'readOperatorHome',
        tags: ['operator'],
        summary: 'How the installation stands and what is left to set up',
        response: { 200: homeSchema },
      },
    },
    async ({ ctx }) => {
      authorize(ctx, 'billing:read-revenue');
      const books = await inTransaction(ctx, 'settlement', async (ctx) => ({
        usage: await readPlatformUsage(ctx),
        payments: await countPaymentsToDecide(ctx),
      }));
      const { serving, ...platform } = await inTransaction(ctx, 'operations', async (ctx) => {
        const { serving, ...upstreams } = await countUpstreams(ctx, healthOf);
        return { serving, upstreams, models: await countModels(ctx), company: await readInstallation(ctx) };
      });
      const { open, dueToday, overdue } = await summariseQueue(ctx);
      const isDone: Record<(typeof points)[number], boolean> = {
        password: !(await isFirstPasswordInUse(asSystem(ctx, 'operator-home'))),
        company: platform.company !== null,
        // A message that only the operator reads reaches no person.
        mail: ctx.channels?.mail !== undefined,
        upstream: serving > 0 || isOwnModel(config),
        price: platform.models.priced > 0,
        payment: canBePaid(config),
      };
      const { callsToday, failedToday, ...revenue } = books.usage;
      return {
        revenue: { ...revenue, days: [...revenue.days] },
        calls: { today: callsToday, failedToday },
        upstreams: platform.upstreams,
        models: platform.models,
        requests: { open, dueToday, overdue },
        payments: books.payments,
        checklist: points.map((point) => ({ point, isDone: isDone[point] })),
      };
    },
  );
}

/** The operator has put weights of its own on this machine; those that come with the product are for trying. */
function isOwnModel({ model }: Pick<Config, 'model'>): boolean {
  return !['auto', 'generated', 'none'].includes(model);
}

/** Whether customers can pay with money; the sandbox plays. */
function canBePaid(config: Pick<Config, 'bankAccount' | 'sandboxPayments'>): boolean {
  return config.bankAccount !== null || topUpChannels(config).some((name) => name !== 'sandbox');
}
