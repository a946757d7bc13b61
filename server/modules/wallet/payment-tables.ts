import { sql } from 'drizzle-orm';
import { boolean, check, index, integer, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { indexText, sealedText } from '@candor/privacy';
import { blindIndex, personal, plain, privacyTable } from '../../policy.ts';
import { instant, micros, walletSchema } from './ledger-tables.ts';
import type { BankTransferStatus, ReversalReason } from './bank-transfer-status.ts';
import type { SuspenseReason, SuspenseStatus } from './suspense-status.ts';
import type { TopUpStatus } from './top-up-status.ts';

/** E-Commerce Law 31: records of transactions are kept at least three years. */
const threeYears = { duration: 'P3Y', law: 'E-Commerce Law 31' } as const;
/** Measures for Accounting Archives, article 14: bank statements and their reconciliation, ten years. */
const tenYears = { duration: 'P10Y', law: 'Accounting Archives Measures 14' } as const;

const paymentFact = {
  subject: 'userId',
  category: 'transaction',
  source: 'user',
  collectedFor: ['purchase'],
  purposes: ['billing', 'settlement', 'rights'],
  keep: { max: 'P10Y', from: 'row.createdAt', min: threeYears },
  keyClass: 'billing',
  onErase: { retain: threeYears },
  export: 'yes',
  edit: { no: 'a record of what happened' },
  log: 'never',
} as const;

/** A person's order to add money, and what became of it. */
export const topUps = privacyTable(
  walletSchema,
  'top_ups',
  {
    id: plain(text().primaryKey(), 'random identifier'),
    tenantId: plain(text().notNull(), 'random identifier'),
    userId: plain(text().notNull(), 'random identifier of the person'),
    channel: personal(text().notNull(), {
      clear: 'the name of a payment channel',
      ...paymentFact,
      title: { zh: '充值渠道', en: 'Payment channel' },
      to: ['paymentChannel'],
    }),
    amountMicros: personal(micros().notNull(), {
      ...paymentFact,
      title: { zh: '充值金额（微元）', en: 'Amount topped up (micro-yuan)' },
      to: ['paymentChannel'],
    }),
    currency: plain(text().notNull(), 'currency'),
    status: plain(text().$type<TopUpStatus>().notNull(), 'pending, paid or failed'),
    failureReason: plain(text().$type<'cancelled' | 'expired'>(), 'cancelled or expired'),
    isLate: plain(boolean().notNull()),
    redirectUrl: plain(text(), 'address of a cashier page'),
    tradeNumber: plain(text(), 'identifier the channel gave the payment'),
    idempotencyHash: plain(text().notNull(), 'keyed hash of a text the client made'),
    createdAt: personal(instant().notNull(), {
      ...paymentFact,
      source: 'auto',
      title: { zh: '充值时间', en: 'Time of the top-up' },
    }),
    expiresAt: plain(instant().notNull()),
    paidAt: personal(instant(), {
      ...paymentFact,
      source: 'third-party',
      title: { zh: '到账时间', en: 'Time the payment arrived' },
    }),
  },
  {
    tenant: 'tenantId',
    subject: 'userId',
    title: { zh: '充值', en: 'Top-ups' },
    rows: { keepUntil: threeYears },
    access: { billing: ['select', 'insert', 'update'], settlement: ['select', 'update'], rights: ['select'] },
    afterErasure: {
      settlement: {
        why: 'a payment may still arrive for an order that was not paid in time, and is settled or returned',
        rowsWhere: `top_ups.status <> 'paid' or top_ups.is_late`,
      },
    },
  },
  (table) => [
    uniqueIndex('top_ups_idempotency_key').on(table.tenantId, table.idempotencyHash),
    uniqueIndex('top_ups_trade_number_key')
      .on(table.channel, table.tradeNumber)
      .where(sql`${table.tradeNumber} is not null`),
    index('top_ups_user_id_idx').on(table.userId, table.id),
    index('top_ups_tenant_id_idx').on(table.tenantId, table.id),
    index('top_ups_created_at_idx').on(table.createdAt),
    check('top_ups_amount_check', sql`${table.amountMicros} > 0 and ${table.amountMicros} % 10000 = 0`),
    check('top_ups_status_check', sql`${table.status} in ('pending', 'paid', 'failed')`),
    check(
      'top_ups_paid_check',
      sql`(${table.status} = 'paid') = (${table.paidAt} is not null and ${table.tradeNumber} is not null)`,
    ),
  ],
);

const reconciled = {
  settlement: { why: 'Accounting Archives Measures 14: payments are reconciled with the books' },
} as const;

const payerFact = {
  ...paymentFact,
  category: 'financial-account',
  sensitive: true,
  source: 'third-party',
  purposes: ['settlement', 'rights'],
  keep: { max: 'P10Y', from: 'row.createdAt', min: tenYears },
  onErase: { retain: tenYears },
} as const;

/** Money that came to our bank account and was credited by hand or by the bank's interface (D-WAL-3, D-WAL-4). */
export const bankTransfers = privacyTable(
  walletSchema,
  'bank_transfers',
  {
    id: plain(text().primaryKey(), 'random identifier'),
    tenantId: plain(text().notNull(), 'random identifier'),
    userId: plain(text(), 'random identifier of the person who owns the account'),
    serialNumber: personal(sealedText().notNull(), {
      ...payerFact,
      title: { zh: '银行流水号', en: 'Serial number of the bank' },
      export: 'yes',
    }),
    serialNumberIndex: blindIndex(indexText(), 'serialNumber'),
    amountMicros: personal(micros().notNull(), {
      ...payerFact,
      title: { zh: '汇款金额（微元）', en: 'Amount transferred (micro-yuan)' },
      export: 'yes',
    }),
    message: personal(sealedText(), {
      ...payerFact,
      title: { zh: '汇款附言', en: 'Message of the transfer' },
      export: 'yes',
    }),
    accountName: personal(sealedText().notNull(), {
      ...payerFact,
      title: { zh: '付款户名', en: "Payer's account name" },
      export: 'masked',
    }),
    bankAccount: personal(sealedText().notNull(), {
      ...payerFact,
      title: { zh: '付款银行账号', en: "Payer's bank account" },
      export: 'masked',
    }),
    bankName: personal(sealedText().notNull(), {
      ...payerFact,
      title: { zh: '付款开户行', en: "Payer's bank" },
      export: 'yes',
    }),
    creditedBy: plain(text().notNull(), 'kind and random identifier of the operator'),
    status: plain(
      text().$type<BankTransferStatus>().notNull().default('credited'),
      'waiting, credited, rejected or reversed',
    ),
    decidedBy: plain(text(), 'kind and random identifier of the second operator'),
    decidedAt: plain(instant()),
    reversedBy: plain(text(), 'kind and random identifier of the operator'),
    reversedAt: plain(instant()),
    reversalReason: plain(text().$type<ReversalReason>(), 'one of a few words'),
    serialForm: plain(integer().notNull().default(0)),
    duplicateOf: plain(text(), 'random identifier of a row of this table'),
    createdAt: personal(instant().notNull(), {
      ...payerFact,
      title: { zh: '入账时间', en: 'Time it was credited' },
      export: 'yes',
    }),
  },
  {
    tenant: 'tenantId',
    subject: 'userId',
    title: { zh: '银行转账', en: 'Bank transfers' },
    rows: { keepUntil: tenYears },
    access: { settlement: ['select', 'insert', 'update'], rights: ['select'] },
    afterErasure: reconciled,
  },
  (table) => [
    index('bank_transfers_status_idx').on(table.status, table.id),
    index('bank_transfers_tenant_id_idx').on(table.tenantId, table.id),
    index('bank_transfers_serial_form_idx')
      .on(table.id)
      .where(sql`${table.serialForm} = 0`),
    check(
      'bank_transfers_status_check',
      sql`${table.status} in ('waiting', 'credited', 'rejected', 'reversed')`,
    ),
    check(
      'bank_transfers_second_person_check',
      sql`${table.decidedBy} is null or ${table.status} = 'rejected' or ${table.decidedBy} <> ${table.creditedBy}`,
    ),
    check(
      'bank_transfers_reversal_check',
      sql`(${table.status} = 'reversed') = (${table.reversedBy} is not null and ${table.reversedAt} is not null and ${table.reversalReason} is not null)`,
    ),
    index('bank_transfers_user_id_idx').on(table.userId, table.id),
    index('bank_transfers_created_at_idx').on(table.createdAt),
    uniqueIndex('bank_transfers_serial_number_key').on(table.serialNumberIndex),
    check(
      'bank_transfers_amount_check',
      sql`${table.amountMicros} > 0 and ${table.amountMicros} % 10000 = 0`,
    ),
  ],
);

/**
 * Money that arrived for an account that is closed. A row names neither that account nor its order, because they belong
 * to an erased person: the trade number tells the channel which payment it is. It gets a person when it is assigned.
 */
export const suspendedPayments = privacyTable(
  walletSchema,
  'suspended_payments',
  {
    id: plain(text().primaryKey(), 'random identifier'),
    tenantId: plain(text(), 'random identifier of the account it is or will be assigned to'),
    userId: plain(text(), 'random identifier of the person who owns the account it was assigned to'),
    channel: plain(text().notNull(), 'the name of a payment channel'),
    tradeNumber: personal(sealedText().notNull(), {
      ...payerFact,
      title: { zh: '待处理款项的渠道交易号', en: 'Trade number of a payment in suspense' },
      export: 'yes',
    }),
    tradeNumberIndex: blindIndex(indexText(), 'tradeNumber'),
    amountMicros: personal(micros().notNull(), {
      ...payerFact,
      title: { zh: '待处理款项的金额（微元）', en: 'Amount of a payment in suspense (micro-yuan)' },
      export: 'yes',
    }),
    receivedAt: personal(instant().notNull(), {
      ...payerFact,
      title: { zh: '待处理款项的到账时间', en: 'Time a payment in suspense arrived' },
      export: 'yes',
    }),
    status: plain(text().$type<SuspenseStatus>().notNull(), 'open, proposed, refunded or assigned'),
    reason: plain(text().$type<SuspenseReason>(), 'one of a few words'),
    refundReference: personal(sealedText(), {
      ...payerFact,
      title: { zh: '待处理款项的退款流水号', en: 'Reference of the refund of a payment in suspense' },
      export: 'yes',
    }),
    proposedBy: plain(text(), 'kind and random identifier of the operator'),
    resolvedBy: plain(text(), 'kind and random identifier of the operator'),
    resolvedAt: plain(instant()),
  },
  {
    tenant: { none: 'money that belongs to no account yet' },
    subject: 'userId',
    title: { zh: '待处理款项', en: 'Payments in suspense' },
    anchors: { 'row.createdAt': 'receivedAt' },
    rows: { keepUntil: tenYears },
    access: { settlement: ['select', 'insert', 'update'], rights: ['select'] },
    afterErasure: reconciled,
  },
  (table) => [
    uniqueIndex('suspended_payments_trade_number_key').on(table.channel, table.tradeNumberIndex),
    index('suspended_payments_status_idx').on(table.status, table.id),
    index('suspended_payments_user_id_idx').on(table.userId, table.id),
    index('suspended_payments_received_at_idx').on(table.receivedAt),
    check('suspended_payments_amount_check', sql`${table.amountMicros} > 0`),
    check(
      'suspended_payments_status_check',
      sql`${table.status} in ('open', 'proposed', 'refunded', 'assigned')`,
    ),
    check(
      'suspended_payments_resolved_check',
      sql`(${table.status} in ('refunded', 'assigned')) = (${table.resolvedBy} is not null and ${table.resolvedAt} is not null)`,
    ),
    check('suspended_payments_reason_check', sql`(${table.status} = 'open') = (${table.reason} is null)`),
    check(
      'suspended_payments_second_person_check',
      sql`${table.status} <> 'assigned' or ${table.proposedBy} is null or ${table.proposedBy} <> ${table.resolvedBy}`,
    ),
  ],
);

/** The books of the sandbox, which plays a payment vendor: it knows orders, no accounts and no persons. */
export const sandboxPayments = privacyTable(
  walletSchema,
  'sandbox_payments',
  {
    id: plain(text().primaryKey(), 'random identifier'),
    merchantOrderId: plain(text().notNull(), 'identifier the merchant gave the order'),
    amountMicros: plain(micros().notNull()),
    currency: plain(text().notNull(), 'currency'),
    status: plain(text().$type<'waiting' | 'paid' | 'closed'>().notNull(), 'waiting, paid or closed'),
    createdAt: plain(instant().notNull()),
    decidedAt: plain(instant()),
    acknowledgedAt: plain(instant()),
  },
  {
    tenant: { none: 'play money of a play vendor' },
    rows: { notPersonal: 'play money of a play vendor' },
    access: { settlement: ['select', 'insert', 'update'] },
  },
  (table) => [uniqueIndex('sandbox_payments_merchant_order_id_key').on(table.merchantOrderId)],
);
