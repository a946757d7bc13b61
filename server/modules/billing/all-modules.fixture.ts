import { id, idOf, longAgo, rarely, tenant, user } from '../../testing/list-rows.ts';
import { instantOfRow } from '../../testing/many-rows.ts';
import type { ModuleFixture } from '../../testing/module-fixture.ts';
import { listAccountEvents } from './account-events.ts';
import { listBills } from './bills.ts';
import { listUsageEvents } from './usage.ts';

const events = {
  id,
  request_id: id,
  tenant_id: tenant,
  user_id: user,
  api_key_id: rarely('key_rare', 'key_often'),
  sku: `case when n % 2 = 0 then 'even' when n < 200 then 'rare' else 'odd' end`,
  meters: `array['gateway.calls']`,
  quantities: 'array[1]',
  charges_micros: 'array[0]',
  outcome: rarely('upstream_failed', 'completed'),
  finished_at: instantOfRow,
};

export const fixture = {
  lists: {
    '/api/billing/usage/events': {
      table: 'billing.usage_events',
      rows: events,
      queries: {
        all: listUsageEvents,
        'of a key': (ctx, page) => listUsageEvents(ctx, { ...page, apiKeyId: 'key_often' }),
        'of a key seldom used': (ctx, page) => listUsageEvents(ctx, { ...page, apiKeyId: 'key_rare' }),
        'of a model': (ctx, page) => listUsageEvents(ctx, { ...page, sku: 'even' }),
        'of a model seldom used': (ctx, page) => listUsageEvents(ctx, { ...page, sku: 'rare' }),
        'of a key and a model it seldom used': (ctx, page) =>
          listUsageEvents(ctx, { ...page, apiKeyId: 'key_often', sku: 'rare' }),
        'of an outcome seldom seen': (ctx, page) =>
          listUsageEvents(ctx, { ...page, outcome: 'upstream_failed' }),
        'of an outcome never seen': (ctx, page) => listUsageEvents(ctx, { ...page, outcome: 'stopped' }),
        'of a key and an outcome seldom seen': (ctx, page) =>
          listUsageEvents(ctx, { ...page, apiKeyId: 'key_often', outcome: 'upstream_failed' }),
        'of an outcome often seen': (ctx, page) => listUsageEvents(ctx, { ...page, outcome: 'completed' }),
        'by request id': (ctx, page) => listUsageEvents(ctx, { ...page, requestId: idOf(40) }),
        'of a time long ago': (ctx, page) => listUsageEvents(ctx, { ...page, ...longAgo }),
        'of a key and a time long ago': (ctx, page) =>
          listUsageEvents(ctx, { ...page, ...longAgo, apiKeyId: 'key_often' }),
      },
      idOf,
    },
    '/api/billing/account-events': {
      table: 'billing.usage_events',
      rows: events,
      queries: {
        'of an account': (ctx, page) => listAccountEvents(ctx, { ...page, tenantId: 'tnt_many' }),
        'of an account with few': (ctx, page) => listAccountEvents(ctx, { ...page, tenantId: 'tnt_few' }),
        'of an account and an outcome seldom seen': (ctx, page) =>
          listAccountEvents(ctx, { ...page, tenantId: 'tnt_many', outcome: 'upstream_failed' }),
        'by request id': (ctx, page) => listAccountEvents(ctx, { ...page, requestId: idOf(40) }),
      },
      idOf,
    },
    '/api/billing/bills': {
      table: 'billing.bill_rows',
      rows: {
        id,
        tenant_id: tenant,
        month: rarely('2025-12', '2026-01'),
        resource_id: id,
        list_micros: '10000',
        cash_micros: '10000',
        carried_micros: '0',
        period_end: `${instantOfRow} + interval '1 hour'`,
      },
      queries: {
        all: listBills,
        'of a month': (ctx, page) => listBills(ctx, { ...page, month: '2026-01' }),
        'of a month with few rows': (ctx, page) => listBills(ctx, { ...page, month: '2025-12' }),
      },
      idOf,
    },
  },
  withoutFiles: {
    '/api/billing/account-events': 'persons are shown to staff page by page, each with a reason',
  },
  notLived: ['billing.bill_rows', 'billing.billed_tenants'],
  rows: {
    'billing.bill_rows': [
      { month: '2026-01', periodStart: '2026-01-01T00:00:00Z', cashMicros: 30_000, carriedMicros: 70 },
      { month: '2026-01', periodStart: '2026-01-01T01:00:00Z', cashMicros: 20_000, carriedMicros: 50 },
    ].map((line) => ({ ...line, listMicros: 100_000, periodEnd: '2026-01-01T02:00:00Z' })),
    'billing.usage_events': [{ outcome: 'completed', quantities: ['1'], chargesMicros: ['0'] }],
    'billing.usage_sums': [{ estimatedQuantity: 1 }],
  },
} as const satisfies ModuleFixture;
