import { id, idOf, tenant } from '../../testing/list-rows.ts';
import type { ModuleFixture } from '../../testing/module-fixture.ts';
import { listAccountRateLimits } from './change-rate-limits.ts';

export const fixture = {
  lists: {
    '/api/gateway/account-rate-limits': {
      table: 'gateway.account_rate_limits',
      rows: { id, tenant_id: tenant, model_id: id },
      queries: {
        all: listAccountRateLimits,
        'of an account': (ctx, page) => listAccountRateLimits(ctx, { ...page, tenantId: 'tnt_few' }),
      },
      idOf,
    },
  },
  addresses: { model: 'public', rateLimitId: 'public', upstreamId: 'public' },
  withoutFiles: { '/api/gateway/account-rate-limits': 'settings of the platform, and few' },
  // Operators decide them, and no person makes one of their own.
  notLived: ['gateway.account_rate_limits'],
  rows: {
    'gateway.account_rate_limits': [{ requestsPerMinute: 60, tokensPerMinute: 10_000, parallelRequests: 4 }],
  },
} as const satisfies ModuleFixture;
