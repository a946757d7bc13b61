import { sql } from 'drizzle-orm';
import { bigint, boolean, check, index, pgSchema, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core';
import { personal, plain, privacyTable } from '../../policy.ts';
import type { TopUpStatus } from './top-up-status.ts';

export const walletSchema = pgSchema('wallet');

const micros = () => bigint({ mode: 'bigint' });
const instant = () => timestamp({ withTimezone: true });

/** One row per account of the chart of accounts, made when money first touches it. */
export const accounts = privacyTable(
  walletSchema,
  'accounts',
  {
    id: plain(text().primaryKey(), 'kind and random identifier of the paying account'),
    ledger: plain(text().notNull(), 'currency of the books'),
    kind: plain(text().notNull(), 'place in the chart of accounts'),
    tenantId: plain(text(), 'random identifier'),
    postedMicros: plain(micros().notNull()),
    heldMicros: plain(micros().notNull()),
    floorMicros: plain(micros()),
    createdAt: plain(instant().notNull()),
  },
  {
    tenant: 'tenantId',
    rows: { notPersonal: 'balances of a paying account; the persons of the account are in identity' },
    access: { settlement: ['select', 'insert', 'update'], billing: ['select'] },
  },
  (table) => [
    // The net below the writer's own check: no bug above may overdraw an account.
    check('accounts_floor_check', sql`${table.floorMicros} is null or ${table.postedMicros} - ${table.heldMicros} >= ${table.floorMicros}`),
    check('accounts_held_check', sql`${table.heldMicros} >= 0`),
    check('accounts_debt_check', sql`${table.kind} <> 'debt' or ${table.postedMicros} <= 0`),
    index('accounts_tenant_id_idx').on(table.tenantId),
  ],
);

/** The journal: one debit and one credit per row, never changed, never deleted. */
export const transfers = privacyTable(
  walletSchema,
  'transfers',
  {
    id: plain(text().primaryKey(), 'identifier made by the caller, the idempotency key'),
    seq: plain(bigint({ mode: 'bigint' }).generatedAlwaysAsIdentity()),
    ledger: plain(text().notNull(), 'currency of the books'),
    kind: plain(text().notNull(), 'post, hold, capture, void or expire'),
    code: plain(text().notNull(), 'reason out of a fixed list'),
    debitAccountId: plain(text().notNull(), 'account'),
    creditAccountId: plain(text(), 'account'),
    amountMicros: plain(micros().notNull()),
    tenantId: plain(text(), 'random identifier'),
    holdId: plain(text(), 'identifier of a transfer'),
    groupId: plain(text(), 'identifier of a group of transfers'),
    refType: plain(text().notNull(), 'name of a kind of record'),
    refId: plain(text().notNull(), 'random identifier'),
    reversalOf: plain(text(), 'identifier of a transfer'),
    cashAfterMicros: plain(micros()),
    actor: plain(text().notNull(), 'kind and random identifier'),
    requestId: plain(text().notNull(), 'random identifier'),
    createdAt: plain(instant().notNull()),
  },
  {
    tenant: 'tenantId',
    rows: { notPersonal: 'amounts between accounts; the person who paid or used is in top_ups and billing.usage_events' },
    immutable: true,
    access: { settlement: ['select', 'insert'], billing: ['select'] },
  },
  (table) => [
    check('transfers_amount_check', sql`${table.amountMicros} > 0 or (${table.amountMicros} = 0 and ${table.kind} in ('void', 'expire'))`),
    check('transfers_credit_check', sql`(${table.kind} in ('post', 'capture')) = (${table.creditAccountId} is not null)`),
    check('transfers_hold_check', sql`(${table.kind} in ('capture', 'void', 'expire')) = (${table.holdId} is not null)`),
    check('transfers_sides_check', sql`${table.creditAccountId} is null or ${table.creditAccountId} <> ${table.debitAccountId}`),
    index('transfers_tenant_id_seq_idx').on(table.tenantId, table.seq.desc()),
    index('transfers_group_id_idx').on(table.groupId).where(sql`${table.groupId} is not null`),
    // A transfer is reversed at most once, and a hold ends at most once, whatever the code above believes.
    uniqueIndex('transfers_reversal_of_key').on(table.reversalOf).where(sql`${table.reversalOf} is not null`),
    uniqueIndex('transfers_hold_end_key').on(table.holdId).where(sql`${table.kind} in ('void', 'expire')`),
  ],
);

/** What is left of each reservation. The hold's own transfer has the same id. */
export const holds = privacyTable(
  walletSchema,
  'holds',
  {
    id: plain(text().primaryKey(), 'identifier of the transfer that placed it'),
    accountId: plain(text().notNull().references(() => accounts.id), 'account'),
    tenantId: plain(text(), 'random identifier'),
    amountMicros: plain(micros().notNull()),
    capturedMicros: plain(micros().notNull()),
    status: plain(text().notNull(), 'open, voided or expired'),
    expiresAt: plain(instant().notNull()),
  },
  {
    tenant: 'tenantId',
    rows: { notPersonal: 'reserved amounts of a paying account' },
    access: { settlement: ['select', 'insert', 'update'], billing: ['select'] },
  },
  (table) => [
    check('holds_captured_check', sql`${table.capturedMicros} between 0 and ${table.amountMicros}`),
    check('holds_status_check', sql`${table.status} in ('open', 'voided', 'expired')`),
    index('holds_open_expires_at_idx').on(table.expiresAt).where(sql`${table.status} = 'open'`),
    index('holds_account_id_idx').on(table.accountId).where(sql`${table.status} = 'open'`),
  ],
);

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
    channel: personal(text().notNull(), { ...paymentFact, title: { zh: '充值渠道', en: 'Payment channel' }, to: ['paymentChannel'] }),
    amountMicros: personal(micros().notNull(), { ...paymentFact, title: { zh: '充值金额(微元)', en: 'Amount topped up (micro-yuan)' }, to: ['paymentChannel'] }),
    currency: plain(text().notNull(), 'currency'),
    status: plain(text().$type<TopUpStatus>().notNull(), 'pending, paid or failed'),
    failureReason: plain(text().$type<'cancelled' | 'expired'>(), 'cancelled or expired'),
    isLate: plain(boolean().notNull()),
    redirectUrl: plain(text(), 'address of a cashier page'),
    tradeNumber: plain(text(), 'identifier the channel gave the payment'),
    idempotencyHash: plain(text().notNull(), 'keyed hash of a text the client made'),
    createdAt: personal(instant().notNull(), { ...paymentFact, title: { zh: '充值时间', en: 'Time of the top-up' } }),
    expiresAt: plain(instant().notNull()),
    paidAt: personal(instant(), { ...paymentFact, source: 'third-party', title: { zh: '到账时间', en: 'Time the payment arrived' } }),
  },
  {
    tenant: 'tenantId',
    subject: 'userId',
    title: { zh: '充值', en: 'Top-ups' },
    rows: { keepUntil: threeYears },
    access: { billing: ['select', 'insert', 'update'], settlement: ['select', 'update'], rights: ['select'] },
  },
  (table) => [
    uniqueIndex('top_ups_idempotency_key').on(table.tenantId, table.idempotencyHash),
    uniqueIndex('top_ups_trade_number_key').on(table.channel, table.tradeNumber).where(sql`${table.tradeNumber} is not null`),
    index('top_ups_user_id_idx').on(table.userId),
    check('top_ups_amount_check', sql`${table.amountMicros} > 0 and ${table.amountMicros} % 10000 = 0`),
    check('top_ups_status_check', sql`${table.status} in ('pending', 'paid', 'failed')`),
    check('top_ups_paid_check', sql`(${table.status} = 'paid') = (${table.paidAt} is not null and ${table.tradeNumber} is not null)`),
  ],
);

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
    serialNumber: personal(text().notNull(), { ...payerFact, title: { zh: '银行流水号', en: 'Serial number of the bank' }, export: 'yes' }),
    amountMicros: personal(micros().notNull(), { ...payerFact, title: { zh: '汇款金额(微元)', en: 'Amount transferred (micro-yuan)' }, export: 'yes' }),
    message: personal(text(), { ...payerFact, title: { zh: '汇款附言', en: 'Message of the transfer' }, export: 'yes' }),
    accountName: personal(text().notNull(), { ...payerFact, title: { zh: '付款户名', en: "Payer's account name" }, export: 'masked' }),
    bankAccount: personal(text().notNull(), { ...payerFact, title: { zh: '付款银行账号', en: "Payer's bank account" }, export: 'masked' }),
    bankName: personal(text().notNull(), { ...payerFact, title: { zh: '付款开户行', en: "Payer's bank" }, export: 'yes' }),
    creditedBy: plain(text().notNull(), 'kind and random identifier of the operator'),
    createdAt: personal(instant().notNull(), { ...payerFact, title: { zh: '入账时间', en: 'Time it was credited' }, export: 'yes' }),
  },
  {
    tenant: 'tenantId',
    subject: 'userId',
    title: { zh: '银行转账', en: 'Bank transfers' },
    rows: { keepUntil: tenYears },
    access: { settlement: ['select', 'insert'], rights: ['select'] },
  },
  (table) => [
    uniqueIndex('bank_transfers_serial_number_key').on(table.serialNumber),
    check('bank_transfers_amount_check', sql`${table.amountMicros} > 0 and ${table.amountMicros} % 10000 = 0`),
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
