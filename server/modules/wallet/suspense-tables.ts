import { sql } from 'drizzle-orm';
import { check, index, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { indexText, sealedText } from '@candor/privacy-engine';
import { blindIndex, personal, plain, privacyTable } from '../../declare/policy.ts';
import { instant, micros, walletSchema } from './ledger-tables.ts';
import { handledFact, movementFact, payerFact, reconciled, tenYears } from './payment-tables.ts';
import type { SuspenseReason, SuspenseStatus } from './suspense-status.ts';
import { channelWords, suspenseReasonWords, suspenseWords } from './words.ts';

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
    channel: personal(text().notNull(), {
      words: channelWords,
      clear: 'the name of a payment channel',
      ...handledFact,
      title: { zh: '待处理款项的支付渠道', en: 'Payment channel of a payment in suspense' },
    }),
    tradeNumber: personal(sealedText().notNull(), {
      ...payerFact,
      title: { zh: '待处理款项的渠道交易号', en: 'Trade number of a payment in suspense' },
      export: 'yes',
    }),
    tradeNumberIndex: blindIndex(indexText(), 'tradeNumber'),
    amountMicros: personal(micros().notNull(), {
      ...movementFact,
      title: { zh: '待处理款项的金额', en: 'Amount of a payment in suspense' },
      export: 'yes',
    }),
    receivedAt: personal(instant().notNull(), {
      ...movementFact,
      title: { zh: '待处理款项的到账时间', en: 'Time a payment in suspense arrived' },
      export: 'yes',
    }),
    status: personal(text().$type<SuspenseStatus>().notNull(), {
      words: suspenseWords,
      clear: 'open, proposed, refunded or assigned',
      ...handledFact,
      title: { zh: '待处理款项的处理状态', en: 'State of a payment in suspense' },
    }),
    reason: personal(text().$type<SuspenseReason>(), {
      words: suspenseReasonWords,
      clear: 'one of a few words',
      ...handledFact,
      title: { zh: '待处理款项的处理理由', en: 'Why a payment in suspense was settled so' },
    }),
    refundReference: personal(sealedText(), {
      ...payerFact,
      title: { zh: '待处理款项的退款凭证号', en: 'Reference of the refund of a payment in suspense' },
      export: 'yes',
    }),
    proposedBy: plain(text(), 'kind and random identifier of the operator who acted'),
    resolvedBy: plain(text(), 'kind and random identifier of the operator who acted'),
    resolvedAt: personal(instant(), {
      ...handledFact,
      title: { zh: '待处理款项的处理时间', en: 'When a payment in suspense was settled' },
    }),
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
