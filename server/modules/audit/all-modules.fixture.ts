import { id, idOf, longAgo, rarely, sealed, tenant, user } from '../../testing/list-rows.ts';
import { instantOfRow } from '../../testing/many-rows.ts';
import type { ModuleFixture } from '../../testing/module-fixture.ts';
import { listAuditEntries } from './list-entries.ts';
import { listLog } from './list-log.ts';
import { listStaffReads } from './staff-reads.ts';

export const fixture = {
  lists: {
    '/api/audit/entries': {
      table: 'audit.entries',
      rows: entries(),
      queries: { all: listAuditEntries },
      idOf,
    },
    '/api/audit/log/lines': {
      table: 'audit.entries',
      rows: entries(),
      queries: {
        all: listLog,
        'of an actor': (ctx, page) => listLog(ctx, { ...page, actor: 'user:often' }),
        'of an actor seen seldom': (ctx, page) => listLog(ctx, { ...page, actor: 'user:rare' }),
        'of an action': (ctx, page) => listLog(ctx, { ...page, action: 'often.done' }),
        'of an action done seldom': (ctx, page) => listLog(ctx, { ...page, action: 'rarely.done' }),
        'about a thing': (ctx, page) => listLog(ctx, { ...page, targetId: 'row_00000007' }),
        'of a time long ago': (ctx, page) => listLog(ctx, { ...page, ...longAgo }),
      },
      idOf,
    },
    '/api/audit/staff-reads': {
      table: 'audit.staff_reads',
      rows: { id, tenant_id: tenant, subject_id: user, reason: sealed },
      queries: { all: listStaffReads },
      idOf,
    },
  },
  addresses: {
    leafIndex: 'public',
    auditEntryId: async (owner) =>
      (await owner.call('GET', '/api/audit/entries')).json<{ items: { id: string }[] }>().items[0]?.id ?? '',
  },
  openOperations: [
    'GET /api/audit/log/consistency',
    'GET /api/audit/log/entries/{leafIndex}/proof',
    'GET /api/audit/log/head',
  ],
  sealed: { withoutWords: ['audit.entry_details.details'] },
  withoutFiles: {
    '/api/audit/entries': 'in the export of personal data',
    '/api/audit/staff-reads': 'in the export of personal data',
  },
} as const satisfies ModuleFixture;

function entries() {
  return {
    id,
    tenant_id: tenant,
    actor: rarely('user:rare', 'user:often'),
    action: rarely('rarely.done', 'often.done'),
    target_id: id,
    created_at: instantOfRow,
  };
}
