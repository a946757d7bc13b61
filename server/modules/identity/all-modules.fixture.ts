import { fewRows, id, idOf, longAgo, rarely, sealed, tenant, user } from '../../testing/list-rows.ts';
import { instantOfRow } from '../../testing/many-rows.ts';
import type { ModuleFixture } from '../../testing/module-fixture.ts';
import { listApiKeys } from './api-keys.ts';
import { listTenants } from './tenants.ts';

export const fixture = {
  lists: {
    '/api/identity/api-keys': {
      table: 'identity.api_keys',
      rows: { id, tenant_id: tenant, user_id: user, secret_hash: id, kind: `'secret'`, name: sealed },
      queries: { all: listApiKeys },
      idOf,
    },
    '/api/identity/tenants': {
      table: 'identity.tenants',
      rows: {
        id,
        kind: rarely('platform', 'organisation'),
        name: id,
        status: `case when n between ${fewRows * 2 + 1} and ${fewRows * 3} then 'closed' else 'active' end`,
        created_at: instantOfRow,
      },
      queries: {
        all: listTenants,
        'with an address': (ctx, page) => listTenants(ctx, { ...page, query: 'somebody@example.com' }),
        'with a number': (ctx, page) => listTenants(ctx, { ...page, query: '13800138000' }),
        'in a state': (ctx, page) => listTenants(ctx, { ...page, status: 'active' }),
        'in a rare state': (ctx, page) => listTenants(ctx, { ...page, status: 'closed' }),
        'of a kind': (ctx, page) => listTenants(ctx, { ...page, kind: 'organisation' }),
        'of a rare kind': (ctx, page) => listTenants(ctx, { ...page, kind: 'platform' }),
        'of a kind and state that never meet': (ctx, page) =>
          listTenants(ctx, { ...page, kind: 'platform', status: 'closed' }),
        'of a time long ago': (ctx, page) => listTenants(ctx, { ...page, ...longAgo }),
        'by id': (ctx, page) => listTenants(ctx, { ...page, query: idOf(7) }),
        'by the beginning of a name': (ctx, page) => listTenants(ctx, { ...page, query: 'ROW_0000' }),
      },
      idOf,
    },
  },
  addresses: {
    sessionId: async (owner) =>
      (await owner.call('GET', '/api/identity/sessions')).json<{ items: { id: string }[] }>().items[0]?.id ??
      '',
    apiKeyId: async (owner) =>
      (await owner.call('POST', '/api/identity/api-keys', { name: 'theirs' })).json<{
        apiKey: { id: string };
      }>().apiKey.id,
  },
  openOperations: [
    'GET /api/identity/policy',
    'POST /api/identity/codes',
    'POST /api/identity/contact-changes/undo',
    'POST /api/identity/login',
    'POST /api/identity/logout',
    'POST /api/identity/recover',
    'POST /api/identity/register',
  ],
  live: async ({ call }) => {
    await call('POST', '/api/identity/api-keys', {
      name: 'office',
      allowedNetworks: ['2001:db8:5eed:beef::/64'],
    });
  },
  // Staff leads no life.
  notLived: ['identity.operators'],
  sealed: { ownWords: ['identity.passwords.hash', 'identity.api_keys.allowedNetworks'] },
  rows: {
    'identity.api_keys': [
      {
        kind: 'secret',
        quotaPeriod: 'month',
        allowedModels: ['their-model'],
        allowedOrigins: ['https://app.example'],
      },
    ],
    'identity.operators': [{ mustChangePassword: false }],
  },
} as const satisfies ModuleFixture;
