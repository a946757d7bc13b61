import { index, integer, text, timestamp } from 'drizzle-orm/pg-core';
import { sealedText } from '@candor/privacy-engine';
import { personal, plain, privacyTable } from '../../declare/policy.ts';
import { auditSchema } from './entry-tables.ts';

export { auditEntries, type AuditDetails, entryDetails, evidenceTerm, staffReads } from './entry-tables.ts';
export { endedReferences, logHeads, logLeaves, logNodes, pendingEntries } from './log-tables.ts';
export { auditSchema };

const requestFact = {
  subject: 'userId',
  source: 'auto',
  collectedFor: ['security'],
  purposes: ['security', 'rights'],
  keep: { max: 'P6M', from: 'row.createdAt', min: { duration: 'P6M', law: 'CSL 23[3]' } },
  keyClass: 'evidence',
  onErase: { retain: { duration: 'P6M', law: 'CSL 23[3]' } },
  edit: { no: { zh: '由系统记录', en: 'recorded by the system' } },
  log: 'never',
} as const;

/** Who called from where: kept six months because the law says so, then gone. Never the query string. */
export const accessLog = privacyTable(
  auditSchema,
  'access_log',
  {
    id: plain(text().primaryKey(), 'random identifier'),
    tenantId: plain(text(), 'random identifier'),
    userId: plain(text(), 'random identifier of the person'),
    ip: personal(sealedText().notNull(), {
      ...requestFact,
      title: { zh: 'IP 地址', en: 'IP address' },
      category: 'device',
      export: 'yes',
    }),
    userAgent: personal(sealedText().notNull(), {
      ...requestFact,
      title: { zh: '浏览器与操作系统', en: 'Browser and operating system' },
      category: 'device',
      export: 'yes',
    }),
    method: plain(text().notNull(), 'HTTP method'),
    route: personal(text().notNull(), {
      clear: 'the template of one of our own routes, no address that was typed',
      ownWords: true,
      ...requestFact,
      title: { zh: '访问的页面与接口', en: 'Pages and interfaces visited' },
      category: 'log',
      export: 'yes',
    }),
    status: personal(integer().notNull(), {
      ...requestFact,
      title: { zh: '访问结果（状态码）', en: 'Result of a visit (status code)' },
      category: 'log',
      export: 'yes',
    }),
    durationMs: personal(integer().notNull(), {
      ...requestFact,
      title: { zh: '访问耗时（毫秒）', en: 'Duration of a visit (milliseconds)' },
      category: 'log',
      export: 'yes',
    }),
    requestId: plain(text().notNull(), 'random identifier of a request'),
    createdAt: personal(timestamp({ withTimezone: true }).notNull(), {
      ...requestFact,
      title: { zh: '访问时间', en: 'Time of visit' },
      category: 'log',
      export: 'yes',
    }),
  },
  {
    tenant: 'tenantId',
    subject: 'userId',
    title: { zh: '访问记录', en: 'Visits and requests' },
    rows: { keepUntil: { duration: 'P6M', law: 'CSL 23[3]' } },
    access: { security: ['insert', 'select', 'delete'], rights: ['select'] },
    afterErasure: { security: { why: 'CSL 23: the log of the network is kept to find attacks' } },
  },
  (table) => [
    index('access_log_created_at_idx').on(table.createdAt),
    index('access_log_user_id_idx').on(table.userId, table.id),
  ],
);
