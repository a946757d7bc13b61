import { sql } from 'drizzle-orm';
import { boolean, check, index, integer, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { indexText, sealedText } from '@candor/privacy-engine';
import { blindIndex, personal, plain, privacyTable } from '../../declare/policy.ts';
import { instant, micros, walletSchema } from './ledger-tables.ts';
import type { BankTransferStatus, ReversalReason } from './bank-transfer-status.ts';
import type { TopUpStatus } from './top-up-status.ts';
import {
  bankTransferWords,
  reversalWords,
  topUpFailureWords,
  topUpStatusWords,
  channelWords,
} from './words.ts';

/** E-Commerce Law 31: records of transactions are kept at least three years. */
const threeYears = { duration: 'P3Y', law: 'E-Commerce Law 31' } as const;
/** Measures for Accounting Archives, article 14: bank statements and their reconciliation, ten years. */
export const tenYears = { duration: 'P10Y', law: 'Accounting Archives Measures 14' } as const;

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
  edit: { no: { zh: '是已发生之事的记录', en: 'a record of what happened' } },
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
      words: channelWords,
      to: ['paymentChannel'],
    }),
    amountMicros: personal(micros().notNull(), {
      ...paymentFact,
      title: { zh: '充值金额', en: 'Amount topped up' },
      to: ['paymentChannel'],
    }),
    currency: plain(text().notNull(), 'the one currency of this cloud'),
    status: personal(text().$type<TopUpStatus>().notNull(), {
      words: topUpStatusWords,
      clear: 'pending, paid or failed',
      ...paymentFact,
      title: { zh: '充值状态', en: 'State of the top-up' },
      source: 'service',
    }),
    failureReason: personal(text().$type<'cancelled' | 'expired'>(), {
      words: topUpFailureWords,
      clear: 'cancelled or expired',
      ...paymentFact,
      title: { zh: '充值未完成的原因', en: 'Why the top-up failed' },
      source: 'service',
    }),
    isLate: personal(boolean().notNull(), {
      ...paymentFact,
      title: { zh: '是否逾期到账', en: 'Whether the payment arrived late' },
      source: 'third-party',
    }),
    redirectUrl: personal(text(), {
      clear: 'sent to the browser of the person; it opens one order and no account',
      ...paymentFact,
      title: { zh: '收银台地址', en: 'Address of the cashier page' },
      source: 'third-party',
      export: {
        no: {
          zh: '订单结束后即失效；订单本身在副本里',
          en: 'it is dead once the order has ended; the order itself is in the copy',
        },
      },
    }),
    tradeNumber: personal(text(), {
      clear: 'compared when the channel reports a payment; it opens nothing',
      ...paymentFact,
      title: { zh: '支付渠道交易号', en: 'Trade number of the payment channel' },
      source: 'third-party',
    }),
    idempotencyHash: plain(text().notNull(), 'keyed hash of a random text the client made'),
    createdAt: personal(instant().notNull(), {
      ...paymentFact,
      source: 'auto',
      title: { zh: '充值时间', en: 'Time of the top-up' },
    }),
    expiresAt: personal(instant().notNull(), {
      ...paymentFact,
      source: 'service',
      title: { zh: '充值订单到期时间', en: 'End of the order' },
    }),
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
    index('top_ups_tenant_id_status_idx').on(table.tenantId, table.status, table.id),
    index('top_ups_created_at_idx').on(table.createdAt),
    check('top_ups_amount_check', sql`${table.amountMicros} > 0 and ${table.amountMicros} % 10000 = 0`),
    check('top_ups_status_check', sql`${table.status} in ('pending', 'paid', 'failed')`),
    check(
      'top_ups_paid_check',
      sql`(${table.status} = 'paid') = (${table.paidAt} is not null and ${table.tradeNumber} is not null)`,
    ),
  ],
);

export const reconciled = {
  settlement: { why: 'Accounting Archives Measures 14: payments are reconciled with the books' },
} as const;

/** A sum and its day describe no person: books and terms need them readable. */
export const movementFact = {
  ...paymentFact,
  source: 'third-party',
  purposes: ['settlement', 'rights'],
  keep: { max: 'P10Y', from: 'row.createdAt', min: tenYears },
  onErase: { retain: tenYears },
} as const;
export const payerFact = { ...movementFact, category: 'financial-account', sensitive: true } as const;

/** What became of a payment: kept as long as the payment, but no fact about an account at a bank. */
export const handledFact = {
  ...paymentFact,
  source: 'service',
  purposes: payerFact.purposes,
  keep: payerFact.keep,
  onErase: payerFact.onErase,
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
      ...movementFact,
      title: { zh: '汇款金额', en: 'Amount transferred' },
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
    creditedBy: plain(text().notNull(), 'kind and random identifier of the operator who acted'),
    status: personal(text().$type<BankTransferStatus>().notNull().default('credited'), {
      words: bankTransferWords,
      clear: 'waiting, credited, rejected, reversing or reversed',
      ...handledFact,
      title: { zh: '对公转账的处理状态', en: 'State of the bank transfer' },
    }),
    decidedBy: plain(text(), 'kind and random identifier of the second operator, who acted'),
    decidedAt: personal(instant(), {
      ...handledFact,
      title: { zh: '对公转账的复核时间', en: 'When the bank transfer was decided' },
    }),
    reversalProposedBy: plain(
      text(),
      'kind and random identifier of the operator who acted, where there are two',
    ),
    reversedBy: plain(text(), 'kind and random identifier of the operator who acted'),
    reversedAt: personal(instant(), {
      ...handledFact,
      title: { zh: '对公转账的冲正时间', en: 'When the bank transfer was reversed' },
    }),
    reversalReason: personal(text().$type<ReversalReason>(), {
      words: reversalWords,
      clear: 'one of a few words',
      ...handledFact,
      title: { zh: '对公转账的冲正原因', en: 'Why the bank transfer was reversed' },
    }),
    serialForm: plain(integer().notNull().default(0), 'version of our own code that wrote the row'),
    duplicateOf: plain(text(), 'random identifier of a row of this table'),
    createdAt: personal(instant().notNull(), {
      ...movementFact,
      title: { zh: '入账时间', en: 'Time it was credited' },
      export: 'yes',
    }),
  },
  {
    tenant: 'tenantId',
    subject: 'userId',
    title: { zh: '对公转账', en: 'Bank transfers' },
    rows: { keepUntil: tenYears },
    access: { settlement: ['select', 'insert', 'update'], rights: ['select'] },
    afterErasure: reconciled,
  },
  (table) => [
    index('bank_transfers_status_idx').on(table.status, table.id),
    index('bank_transfers_tenant_id_idx').on(table.tenantId, table.id),
    index('bank_transfers_tenant_id_status_idx').on(table.tenantId, table.status, table.id),
    index('bank_transfers_serial_form_idx')
      .on(table.id)
      .where(sql`${table.serialForm} < 2`),
    check(
      'bank_transfers_status_check',
      sql`${table.status} in ('waiting', 'credited', 'rejected', 'reversing', 'reversed')`,
    ),
    check(
      'bank_transfers_second_person_check',
      sql`${table.decidedBy} is null or ${table.status} = 'rejected' or ${table.decidedBy} <> ${table.creditedBy}`,
    ),
    check(
      'bank_transfers_reversal_proposal_check',
      sql`${table.status} <> 'reversing' or (${table.reversalProposedBy} is not null and ${table.reversalReason} is not null)`,
    ),
    check(
      'bank_transfers_reversal_second_person_check',
      sql`${table.reversalProposedBy} is null or ${table.reversedBy} is null or ${table.reversalProposedBy} <> ${table.reversedBy}`,
    ),
    check(
      'bank_transfers_reversal_check',
      sql`(${table.status} = 'reversed') = (${table.reversedBy} is not null and ${table.reversedAt} is not null and ${table.reversalReason} is not null)`,
    ),
    index('bank_transfers_user_id_idx').on(table.userId, table.id),
    index('bank_transfers_created_at_idx').on(table.createdAt),
    // The rule of `keepsSerialNumber`: money in no customer's account may be credited once more.
    uniqueIndex('bank_transfers_serial_number_key')
      .on(table.serialNumberIndex)
      .where(
        sql`${table.status} <> 'rejected' and (${table.status} <> 'reversed' or ${table.reversalReason} not in ('wrong_account', 'wrong_amount'))`,
      ),
    index('bank_transfers_serial_number_idx').on(table.serialNumberIndex, table.id),
    check(
      'bank_transfers_amount_check',
      sql`${table.amountMicros} > 0 and ${table.amountMicros} % 10000 = 0`,
    ),
  ],
);
