import { sql } from 'drizzle-orm';
import { bigint, boolean, check, index, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core';
import { bookFact, personal, plain, privacyTable } from '../../declare/policy.ts';
import { billingSchema } from './billing-schema.ts';

const micros = () => bigint({ mode: 'bigint' });
const instant = () => timestamp({ withTimezone: true });

const billFact = { ...bookFact, collectedFor: ['usage'] } as const;

/** Per paying account: how far it is billed, and the part of a cent that waits for the next bill row. */
export const billedTenants = privacyTable(
  billingSchema,
  'billed_tenants',
  {
    tenantId: plain(text().primaryKey(), 'random identifier'),
    billedUntil: personal(instant(), {
      ...billFact,
      title: { zh: '已出账至', en: 'Billed until' },
    }),
    carryMicros: personal(micros().notNull(), {
      ...billFact,
      title: { zh: '结转至下一账单的零头', en: 'Remainder carried to the next bill' },
    }),
  },
  {
    tenant: 'tenantId',
    subject: 'tenantId',
    subjectIs: 'account',
    title: { zh: '出账进度', en: 'How far your account is billed' },
    rows: 'keep-unlinked',
    access: { settlement: ['select', 'insert', 'update'], billing: ['select'], rights: ['select'] },
  },
  (table) => [
    check('billed_tenants_carry_check', sql`${table.carryMicros} >= 0 and ${table.carryMicros} < 10000`),
  ],
);

/** What is shown on a bill: one row per clock hour, resource, meter and price. Immutable: a correction is a later row. */
export const billRows = privacyTable(
  billingSchema,
  'bill_rows',
  {
    id: plain(text().primaryKey(), 'random identifier'),
    seq: plain(micros().generatedAlwaysAsIdentity(), 'running number over all rows'),
    tenantId: plain(text().notNull(), 'random identifier'),
    periodStart: personal(instant().notNull(), {
      ...billFact,
      title: { zh: '账单明细起始时间', en: 'Start of a bill line' },
    }),
    periodEnd: personal(instant().notNull(), {
      ...billFact,
      title: { zh: '账单明细结束时间', en: 'End of a bill line' },
    }),
    month: personal(text().notNull(), {
      clear: 'a month',
      ...billFact,
      title: { zh: '账单月份', en: 'Month of a bill line' },
    }),
    product: personal(text().notNull(), {
      clear: 'the name of a product',
      ...billFact,
      title: { zh: '账单产品', en: 'Product of a bill line' },
      wordList: 'meters',
    }),
    resourceId: personal(text().notNull(), {
      clear: 'the public name of what is sold',
      ...billFact,
      title: { zh: '账单资源', en: 'Resource of a bill line' },
    }),
    billingItem: personal(text().notNull(), {
      clear: 'what is counted',
      ...billFact,
      title: { zh: '账单计费项', en: 'What a bill line counts' },
      wordList: 'meters',
    }),
    priceVersionId: plain(text().notNull(), 'random identifier of a public price'),
    isLate: personal(boolean().notNull(), {
      ...billFact,
      title: { zh: '是否补计账单', en: 'Whether a bill line came later' },
    }),
    requests: personal(bigint({ mode: 'number' }).notNull(), {
      ...billFact,
      title: { zh: '账单调用次数', en: 'Calls of a bill line' },
    }),
    quantity: personal(bigint({ mode: 'number' }).notNull(), {
      ...billFact,
      title: { zh: '账单数量', en: 'Quantity of a bill line' },
    }),
    unit: personal(text().notNull(), {
      clear: 'a unit',
      ...billFact,
      title: { zh: '账单计量单位', en: 'Unit of a bill line' },
      wordList: 'meters',
    }),
    listMicros: personal(micros().notNull(), {
      ...billFact,
      title: { zh: '账单目录价', en: 'List price of a bill line' },
    }),
    cashMicros: personal(micros().notNull(), {
      ...billFact,
      title: { zh: '账单应付金额', en: 'Amount of a bill line' },
    }),
    carriedMicros: personal(micros().notNull(), {
      ...billFact,
      title: { zh: '账单结转零头', en: 'Remainder carried by a bill line' },
    }),
    createdAt: personal(instant().notNull(), {
      ...billFact,
      title: { zh: '出账时间', en: 'When a bill line was written' },
    }),
  },
  {
    tenant: 'tenantId',
    subject: 'tenantId',
    subjectIs: 'account',
    key: 'seq',
    title: { zh: '账单明细', en: 'Bills of your account' },
    rows: 'keep-unlinked',
    immutable: true,
    access: { settlement: ['select', 'insert'], billing: ['select'], rights: ['select'] },
  },
  (table) => [
    uniqueIndex('bill_rows_period_key').on(
      table.tenantId,
      table.periodStart,
      table.product,
      table.resourceId,
      table.billingItem,
      table.priceVersionId,
      table.isLate,
    ),
    index('bill_rows_tenant_id_seq_idx').on(table.tenantId, table.seq),
    index('bill_rows_tenant_id_month_seq_idx').on(table.tenantId, table.month, table.seq),
    check(
      'bill_rows_cents_check',
      sql`${table.cashMicros} % 10000 = 0 and ${table.carriedMicros} >= 0 and ${table.carriedMicros} < 10000`,
    ),
    check('bill_rows_period_check', sql`${table.periodEnd} > ${table.periodStart}`),
  ],
);
