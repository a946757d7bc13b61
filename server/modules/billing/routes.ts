import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { now } from '../../kernel/context.ts';
import { exportList } from '../../kernel/export-list.ts';
import { instantSchema, pageOf, pageSchema, typed } from '../../kernel/http.ts';
import { idSchema } from '../../kernel/id.ts';
import { microsSchema } from '../../kernel/money.ts';
import { listAccountEvents } from './account-events.ts';
import { billColumns, usageColumns, usageFileRows } from './file-columns.ts';
import { listBills, listMonths } from './bills.ts';
import { skuSchema } from '../catalog/index.ts';
import { accountOrRequestMissing } from './problems.ts';
import { usageOutcomes } from './schema.ts';
import { settleHours } from './settle-hours.ts';
import { readStatistics } from './usage-statistics.ts';
import { listUsageEvents, sumUsage } from './usage.ts';
import { accountEventSchema, billSchema, usageEventSchema, usageSumSchema } from './wire.ts';

const usageFilter = z.object({
  apiKeyId: idSchema('key').optional(),
  sku: skuSchema.optional(),
  from: instantSchema.optional(),
  to: instantSchema.optional(),
});
const eventFilter = usageFilter.extend({
  outcome: z.enum(usageOutcomes).optional(),
  requestId: idSchema('req').optional().meta({ description: 'of the answer: its header `x-request-id`' }),
});
const accountEventFilter = eventFilter
  .pick({ from: true, to: true, outcome: true, requestId: true })
  .extend({ tenantId: idSchema('tenant').optional() });
const monthFilter = z.object({
  month: z
    .string()
    .regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'must be a month like 2026-11')
    .optional(),
});

export function billingRoutes(app: FastifyInstance): void {
  const routes = typed(app);

  routes.get(
    '/api/billing/usage',
    {
      schema: {
        operationId: 'sumUsage',
        tags: ['billing'],
        summary: 'Usage per hour or day, SKU and key',
        querystring: usageFilter.extend({ groupBy: z.enum(['hour', 'day']).default('day') }),
        response: { 200: z.object({ items: z.array(usageSumSchema) }) },
      },
    },
    async (request) => ({ items: await sumUsage(request.ctx, request.query) }),
  );

  routes.get(
    '/api/billing/usage/events',
    {
      schema: {
        operationId: 'listUsageEvents',
        tags: ['billing'],
        summary: 'Single calls, newest first',
        querystring: pageSchema.extend(eventFilter.shape),
        response: { 200: pageOf(usageEventSchema) },
      },
    },
    async (request) => listUsageEvents(request.ctx, request.query),
  );

  routes.get(
    '/api/billing/account-events',
    {
      schema: {
        operationId: 'listAccountEvents',
        tags: ['billing', 'operator'],
        summary:
          'Single calls of one account, or the one with an id, newest first; persons see who looked and why',
        querystring: pageSchema.extend(accountEventFilter.shape),
        response: { 200: pageOf(accountEventSchema) },
      },
    },
    async ({ ctx, query: { tenantId, requestId, ...query } }) => {
      const one = requestId === undefined ? {} : { requestId };
      if (tenantId !== undefined) return listAccountEvents(ctx, { ...query, ...one, tenantId });
      if (requestId !== undefined) return listAccountEvents(ctx, { ...query, requestId });
      throw accountOrRequestMissing();
    },
  );

  routes.get(
    '/api/billing/bills',
    {
      schema: {
        operationId: 'listBills',
        tags: ['billing'],
        summary: 'Hourly bill rows, newest first',
        querystring: pageSchema.extend(monthFilter.shape),
        response: { 200: pageOf(billSchema) },
      },
    },
    async (request) => listBills(request.ctx, request.query),
  );

  exportList(app, {
    path: '/api/billing/usage/events',
    name: 'UsageEvents',
    tags: ['billing'],
    summary: 'Single calls',
    fileName: 'usage',
    filter: eventFilter,
    item: usageEventSchema,
    readPage: listUsageEvents,
    columns: usageColumns,
    rowsOf: usageFileRows,
  });
  exportList(app, {
    path: '/api/billing/bills',
    name: 'Bills',
    tags: ['billing'],
    summary: 'Bill rows',
    fileName: 'bills',
    filter: monthFilter,
    item: billSchema,
    readPage: listBills,
    columns: billColumns,
  });

  routes.get(
    '/api/billing/months',
    {
      schema: {
        operationId: 'listBillMonths',
        tags: ['billing'],
        summary: 'Sums per month of Asia/Shanghai',
        response: {
          200: z.object({
            items: z.array(
              z
                .object({ month: z.string(), listMicros: microsSchema, cashMicros: microsSchema })
                .meta({ id: 'BillMonth' }),
            ),
          }),
        },
      },
    },
    async (request) => ({ items: await listMonths(request.ctx) }),
  );

  routes.get(
    '/api/billing/statistics',
    {
      schema: {
        operationId: 'usageStatistics',
        tags: ['billing', 'operator'],
        summary:
          'What was used in one closed month, by five persons or more who agreed when the month was closed',
        querystring: monthFilter,
        response: {
          200: z
            .object({
              month: z.string(),
              frozenAt: instantSchema
                .nullable()
                .meta({ description: 'when the month was counted, once and for all; null before' }),
              items: z.array(
                z.object({ sku: z.string(), unit: z.string(), persons: z.int(), quantity: z.int() }),
              ),
            })
            .meta({ id: 'UsageStatistics' }),
        },
      },
    },
    async ({ ctx, query }) => readStatistics(ctx, query),
  );

  routes.post(
    '/api/billing/settle',
    {
      schema: {
        operationId: 'settleNow',
        tags: ['billing', 'operator'],
        summary: 'Put everything used so far on bills, the current hour included',
        response: {
          200: z
            .object({ settledUntil: instantSchema, tenants: z.int(), billRows: z.int() })
            .meta({ id: 'Settlement' }),
        },
      },
    },
    async (request) => settleHours(request.ctx, { until: now(request.ctx) }),
  );
}
