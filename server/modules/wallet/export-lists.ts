import type { FastifyInstance } from 'fastify';
import { type Column, exportList } from '../../kernel/export-list.ts';
import { inBothLanguages } from '../../kernel/list-files.ts';
import { formatMicros } from '../../kernel/money.ts';
import { listBankTransfers } from './list-bank-transfers.ts';
import { listSuspendedPayments } from './list-suspended-payments.ts';
import { listTopUps } from './list-top-ups.ts';
import { listTransactions, type Transaction } from './transactions.ts';
import {
  topUpStatusWords,
  topUpFailureWords,
  bankTransferWords,
  reversalWords,
  suspenseWords,
  suspenseReasonWords,
  channelWords,
  directionWords,
  transferWords,
} from './words.ts';
import * as wire from './wire.ts';

const yuan = (micros: bigint) => ({ number: formatMicros(micros) });
const channelText = (channel: string) =>
  inBothLanguages(channelWords[channel] ?? { zh: '其他', en: 'Other' });

export const transactionColumns: readonly Column<Transaction>[] = [
  ['id 流水号', (row) => row.id],
  ['time 交易时间 (UTC+8)', (row) => row.at],
  ['direction 收支', (row) => inBothLanguages(directionWords[row.direction])],
  ['type 类型', (row) => inBothLanguages(transferWords[row.type])],
  ['channel 渠道', (row) => channelText(row.channel)],
  ['amount_cny 金额（元）', (row) => yuan(row.amountMicros)],
  ['balance_cny 变动后余额（元）', (row) => yuan(row.balanceAfterMicros)],
  ['related_id 关联单号', (row) => row.relatedId],
];

/** The lists of money as files. */
export function exportLists(app: FastifyInstance): void {
  exportList(app, {
    path: '/api/wallet/transactions',
    name: 'Transactions',
    tags: ['wallet'],
    summary: 'Transactions of your account',
    fileName: 'transactions',
    filter: wire.transactionFilter,
    item: wire.transactionSchema,
    readPage: listTransactions,
    columns: transactionColumns,
  });
  exportList(app, {
    path: '/api/wallet/top-ups',
    name: 'TopUps',
    tags: ['wallet'],
    summary: 'Top-ups of your account',
    fileName: 'top-ups',
    filter: wire.topUpFilter,
    item: wire.topUpSchema,
    readPage: listTopUps,
    columns: [
      ['id 充值单号', (row) => row.id],
      ['created 下单时间 (UTC+8)', (row) => row.createdAt],
      ['channel 渠道', (row) => channelText(row.channel)],
      ['amount_cny 金额（元）', (row) => yuan(row.amountMicros)],
      ['status 状态', (row) => inBothLanguages(topUpStatusWords[row.status])],
      [
        'reason 未支付原因',
        (row) => (row.failureReason === null ? null : inBothLanguages(topUpFailureWords[row.failureReason])),
      ],
      ['paid 支付时间 (UTC+8)', (row) => row.paidAt],
    ],
  });
  exportList(app, {
    path: '/api/wallet/bank-transfers',
    name: 'BankTransfers',
    tags: ['wallet', 'operator'],
    summary: 'Credits of bank transfers',
    fileName: 'bank-transfers',
    filter: wire.bankTransferFilter,
    item: wire.bankTransferSchema,
    readPage: listBankTransfers,
    columns: [
      ['id 编号', (row) => row.id],
      ['entered 登记时间 (UTC+8)', (row) => row.createdAt],
      ['serial 银行流水号', (row) => row.serialNumber],
      ['tenant 租户', (row) => row.tenantId],
      ['amount_cny 金额（元）', (row) => yuan(row.amountMicros)],
      ['status 状态', (row) => inBothLanguages(bankTransferWords[row.status])],
      ['entered_by 登记人', (row) => row.creditedBy],
      ['decided_by 复核人', (row) => row.decidedBy],
      ['decided 复核时间 (UTC+8)', (row) => row.decidedAt],
      ['reversal_proposed_by 冲正申请人', (row) => row.reversalProposedBy],
      ['reversed_by 冲正人', (row) => row.reversedBy],
      ['reversed 冲正时间 (UTC+8)', (row) => row.reversedAt],
      [
        'reason 冲正原因',
        (row) => (row.reversalReason === null ? null : inBothLanguages(reversalWords[row.reversalReason])),
      ],
    ],
  });
  exportList(app, {
    path: '/api/wallet/suspended-payments',
    name: 'SuspendedPayments',
    tags: ['wallet', 'operator'],
    summary: 'Money that arrived for closed accounts',
    fileName: 'suspended-payments',
    filter: wire.suspenseFilter,
    item: wire.suspendedPaymentSchema,
    readPage: listSuspendedPayments,
    columns: [
      ['id 编号', (row) => row.id],
      ['received 到账时间 (UTC+8)', (row) => row.receivedAt],
      ['channel 渠道', (row) => channelText(row.channel)],
      ['trade 交易号', (row) => row.tradeNumber],
      ['amount_cny 金额（元）', (row) => yuan(row.amountMicros)],
      ['status 状态', (row) => inBothLanguages(suspenseWords[row.status])],
      [
        'reason 原因',
        (row) => (row.reason === null ? null : inBothLanguages(suspenseReasonWords[row.reason])),
      ],
      ['resolved 处理时间 (UTC+8)', (row) => row.resolvedAt],
    ],
  });
}
