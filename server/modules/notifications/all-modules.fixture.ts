import { id, idOf, sealed, tenant, user } from '../../testing/list-rows.ts';
import type { ModuleFixture } from '../../testing/module-fixture.ts';
import { listOutbox } from './list-outbox.ts';

export const fixture = {
  lists: {
    '/api/notifications/outbox': {
      table: 'notifications.outbox',
      rows: {
        id,
        user_id: user,
        tenant_id: tenant,
        channel: `'sms'`,
        recipient: sealed,
        body: sealed,
        status: `'sent'`,
      },
      queries: { all: (ctx, page) => listOutbox(ctx, { ...page, withBodies: false }) },
      idOf,
    },
  },
  sealed: { ownWords: ['notifications.outbox.body'] },
  withoutFiles: {
    '/api/notifications/outbox': 'texts, kept for seven days',
  },
} as const satisfies ModuleFixture;
