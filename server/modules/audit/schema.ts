import { index, integer, jsonb, pgSchema, text, timestamp } from 'drizzle-orm/pg-core';
import { personal, plain, privacyTable } from '../../policy.ts';

export const auditSchema = pgSchema('audit');

/** What was done, by whom, to what: one row per mutating verb, written in the same transaction. Ids only. */
export const auditEntries = privacyTable(
  auditSchema,
  'entries',
  {
    id: plain(text().primaryKey(), 'random identifier'),
    tenantId: plain(text(), 'random identifier'),
    actor: plain(text().notNull(), 'kind and random identifier'),
    action: plain(text().notNull(), 'name of the verb'),
    targetId: plain(text(), 'random identifier'),
    details: plain(
      jsonb().$type<Record<string, string | number | boolean | null>>().notNull(),
      'identifiers, numbers and codes; verbs may not put values of persons here',
    ),
    requestId: plain(text().notNull(), 'random identifier'),
    createdAt: plain(timestamp({ withTimezone: true }).notNull()),
  },
  {
    tenant: 'tenantId',
    rows: { notPersonal: 'identifiers only; the person behind an identifier goes with the person' },
    immutable: true,
    access: {
      account: ['insert', 'select'],
      signin: ['insert'],
      notify: ['insert'],
      security: ['insert'],
      billing: ['insert'],
      settlement: ['insert'],
      inference: ['insert'],
      operations: ['insert', 'select'],
      rights: ['insert'],
      casework: ['insert'],
      erasure: ['insert'],
    },
  },
  (table) => [index('entries_tenant_id_created_at_idx').on(table.tenantId, table.createdAt.desc(), table.id)],
);

const requestFact = {
  subject: 'userId',
  source: 'auto',
  collectedFor: ['security'],
  purposes: ['security', 'rights'],
  keep: { max: 'P6M', from: 'row.createdAt', min: { duration: 'P6M', law: 'CSL 23(3)' } },
  keyClass: 'evidence',
  onErase: { retain: { duration: 'P6M', law: 'CSL 23(3)' } },
  edit: { no: 'recorded by the system' },
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
    ip: personal(text().notNull(), {
      clear: 'not sealed yet',
      ...requestFact,
      title: { zh: 'IP 地址', en: 'IP address' },
      category: 'device',
      export: 'yes',
    }),
    userAgent: personal(text().notNull(), {
      clear: 'not sealed yet',
      ...requestFact,
      title: { zh: '浏览器与操作系统', en: 'Browser and operating system' },
      category: 'device',
      export: 'yes',
    }),
    method: plain(text().notNull(), 'HTTP method'),
    route: personal(text().notNull(), {
      clear: 'the template of one of our own routes, no address somebody typed',
      ...requestFact,
      title: { zh: '访问的页面与接口', en: 'Pages and interfaces visited' },
      category: 'log',
      export: 'yes',
    }),
    status: plain(integer().notNull()),
    durationMs: plain(integer().notNull()),
    requestId: plain(text().notNull(), 'random identifier'),
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
    rows: { keepUntil: { duration: 'P6M', law: 'CSL 23(3)' } },
    access: { security: ['insert', 'select', 'delete'], rights: ['select'] },
  },
  (table) => [
    index('access_log_created_at_idx').on(table.createdAt),
    index('access_log_user_id_idx').on(table.userId, table.createdAt.desc()),
  ],
);
