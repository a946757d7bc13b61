import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Config } from '../../config/config.ts';
import type { ModuleDeps } from '../../declare/define-module.ts';
import { forPrograms, pageOf, pageSchema, typed } from '../../kernel/http.ts';
import { apiUrl } from './channels/api-url.ts';
import { idSchema } from '../../kernel/id.ts';
import { microsSchema, positiveMicrosSchema } from '../../kernel/money.ts';
import { getBalance } from './balance.ts';
import { sandboxCashier } from './channels/sandbox-cashier.ts';
import { cancelTopUp } from './cancel-top-up.ts';
import { createTopUp } from './create-top-up.ts';
import { getTopUp, listTopUps } from './list-top-ups.ts';
import { exportLists } from './export-lists.ts';
import { operatorRoutes } from './operator-routes.ts';
import { suspenseRoutes } from './suspense-routes.ts';
import { settleTopUp } from './settle-top-up.ts';
import { openTopUpDesk, type TopUpDesk } from './top-up-desk.ts';
import { listTransactions, sumTransactions } from './transactions.ts';
import * as wire from './wire.ts';

/** Jobs that depend on which channels the settings offer. */
export function addTopUpJobs(app: FastifyInstance, { config, systemCtx }: ModuleDeps): void {
  const desk = deskOf(app, config);
  const { jobs } = systemCtx('wallet').product;
  jobs.add(desk.check);
  if (desk.sandbox !== null) jobs.add(desk.sandbox.deliver);
}

function deskOf(app: FastifyInstance, config: Config): TopUpDesk {
  return openTopUpDesk(config, (channel) => `${apiUrl(app, config)}/api/wallet/notifications/${channel}`);
}

export async function walletRoutes(app: FastifyInstance, { config }: ModuleDeps): Promise<void> {
  const desk = deskOf(app, config);
  if (desk.sandbox !== null) await sandboxCashier(app, desk.sandbox);
  const routes = typed(app);

  routes.get(
    '/api/wallet',
    {
      schema: {
        operationId: 'getWallet',
        tags: ['wallet'],
        summary: 'Balance of your account',
        response: {
          200: z
            .object({
              balanceMicros: microsSchema,
              heldMicros: microsSchema,
              availableMicros: microsSchema,
              owedMicros: microsSchema,
              currency: z.literal('CNY'),
            })
            .meta({ id: 'Wallet' }),
        },
      },
    },
    async (request) => ({ ...(await getBalance(request.ctx)), currency: 'CNY' as const }),
  );

  routes.get(
    '/api/wallet/transactions',
    {
      schema: {
        operationId: 'listTransactions',
        tags: ['wallet'],
        summary: 'Money that came in and went out, newest first, with the balance after it',
        querystring: pageSchema.extend(wire.transactionFilter.shape),
        response: { 200: pageOf(wire.transactionSchema) },
      },
    },
    async (request) => listTransactions(request.ctx, request.query),
  );

  routes.get(
    '/api/wallet/transactions/totals',
    {
      schema: {
        operationId: 'sumTransactions',
        tags: ['wallet'],
        summary: 'How many transactions there are under the filters, and their sums',
        querystring: wire.transactionFilter,
        response: { 200: wire.transactionTotalsSchema },
      },
    },
    async (request) => sumTransactions(request.ctx, request.query),
  );

  routes.post(
    '/api/wallet/top-ups',
    {
      config: { widensProcessing: true },
      schema: {
        operationId: 'createTopUp',
        tags: ['wallet'],
        summary: 'Order a top-up; pay it at the address answered',
        headers: z.object({ 'idempotency-key': z.string().min(1).max(200) }),
        body: z.strictObject({ amountMicros: positiveMicrosSchema, channel: z.string().max(40) }),
        response: { 201: z.object({ topUp: wire.topUpSchema, redirectUrl: z.string() }) },
      },
    },
    async (request, reply) =>
      reply.code(201).send(
        await createTopUp(request.ctx, desk, {
          ...request.body,
          idempotencyKey: request.headers['idempotency-key'],
        }),
      ),
  );

  routes.get(
    '/api/wallet/top-ups',
    {
      schema: {
        operationId: 'listTopUps',
        tags: ['wallet'],
        summary: 'Top-ups of your account, newest first',
        querystring: pageSchema.extend(wire.topUpFilter.shape),
        response: { 200: pageOf(wire.topUpSchema) },
      },
    },
    async (request) => listTopUps(request.ctx, request.query),
  );

  routes.get(
    '/api/wallet/top-ups/:topUpId',
    {
      schema: {
        operationId: 'getTopUp',
        tags: ['wallet'],
        summary: 'One top-up',
        params: z.object({ topUpId: idSchema('topup') }),
        response: { 200: wire.topUpSchema },
      },
    },
    async (request) => getTopUp(request.ctx, request.params),
  );

  routes.post(
    '/api/wallet/top-ups/:topUpId/cancel',
    {
      schema: {
        operationId: 'cancelTopUp',
        tags: ['wallet'],
        summary: 'Take back a top-up that waits for its payment',
        params: z.object({ topUpId: idSchema('topup') }),
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await cancelTopUp(request.ctx, desk, request.params);
      return reply.code(204).send(null);
    },
  );

  await app.register(async (scope) => {
    // Signatures cover bytes, so no parser may read the body before they are checked.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      'application/json',
      { parseAs: 'string', bodyLimit: 65_536 },
      (_request, body, done) => done(null, body),
    );
    typed(scope).post(
      '/api/wallet/notifications/:channel',
      {
        config: { access: 'open' },
        schema: {
          operationId: 'receivePaymentNotification',
          tags: ['wallet'],
          summary: 'Signed notification of a payment channel',
          params: z.object({ channel: z.string().max(40) }),
          response: { 200: z.object({ code: z.literal('SUCCESS').meta(forPrograms) }) },
        },
      },
      async (request) => {
        const channel = desk.channel(request.params.channel);
        const payment = channel.readNotification(request.ctx, {
          headers: request.headers,
          body: String(request.body),
        });
        await settleTopUp(request.ctx, channel.name, payment);
        return { code: 'SUCCESS' as const };
      },
    );
  });
  operatorRoutes(app);
  exportLists(app);
  suspenseRoutes(app);
}
