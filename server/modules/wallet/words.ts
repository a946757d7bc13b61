import type { LocalisedText } from '@candor/privacy-engine';
import type { AccountKind } from './accounts.ts';
import type { BankTransferStatus, ReversalReason } from './bank-transfer-status.ts';
import type { SuspenseReason, SuspenseStatus } from './suspense-status.ts';
import type { TopUpStatus } from './top-up-status.ts';
import type { TransferCode, transferKinds } from './transfer.ts';

/** What people read for the codes of this module, on pages and in files. */
export const channelWords: Readonly<Record<string, LocalisedText>> = {
  sandbox: { zh: '沙箱支付', en: 'Sandbox' },
  bank: { zh: '对公转账', en: 'Bank transfer' },
  balance: { zh: '余额', en: 'Balance' },
};

export const directionWords: Readonly<Record<'in' | 'out', LocalisedText>> = {
  in: { zh: '收入', en: 'in' },
  out: { zh: '支出', en: 'out' },
};

export const transferWords: Readonly<Record<TransferCode, LocalisedText>> = {
  top_up: { zh: '充值', en: 'Top-up' },
  usage: { zh: '消费', en: 'Usage' },
  refund: { zh: '退款', en: 'Refund' },
  debt_payment: { zh: '偿还欠费', en: 'Debt payment' },
  reversal: { zh: '冲正', en: 'Reversal' },
};

export const topUpStatusWords: Readonly<Record<TopUpStatus, LocalisedText>> = {
  pending: { zh: '等待支付', en: 'waiting for payment' },
  paid: { zh: '已到账', en: 'paid' },
  failed: { zh: '未完成', en: 'not completed' },
};

export const topUpFailureWords: Readonly<Record<'cancelled' | 'expired', LocalisedText>> = {
  cancelled: { zh: '已取消', en: 'cancelled' },
  expired: { zh: '超过支付期限', en: 'not paid in time' },
};

export const bankTransferWords: Readonly<Record<BankTransferStatus, LocalisedText>> = {
  waiting: { zh: '等待复核', en: 'waits for approval' },
  credited: { zh: '已入账', en: 'credited' },
  rejected: { zh: '未入账', en: 'rejected' },
  reversing: { zh: '等待冲正复核', en: 'reversal waits for approval' },
  reversed: { zh: '已冲正', en: 'reversed' },
};

export const reversalWords: Readonly<Record<ReversalReason, LocalisedText>> = {
  wrong_account: { zh: '入错账户', en: 'wrong account' },
  wrong_amount: { zh: '金额有误', en: 'wrong amount' },
  returned_by_bank: { zh: '被银行退回', en: 'returned by the bank' },
  credited_twice: { zh: '重复入账', en: 'credited twice' },
  paid_back: { zh: '已退还付款方', en: 'paid back' },
};

export const suspenseWords: Readonly<Record<SuspenseStatus, LocalisedText>> = {
  open: { zh: '待处理', en: 'open' },
  proposed: { zh: '已提议归户', en: 'assignment proposed' },
  refunded: { zh: '已退款', en: 'refunded' },
  assigned: { zh: '已归户', en: 'assigned' },
};

export const suspenseReasonWords: Readonly<Record<SuspenseReason, LocalisedText>> = {
  account_closed: { zh: '账户已注销', en: 'account closed' },
  payer_asked: { zh: '付款方要求', en: 'asked for by the payer' },
  order_of_authority: { zh: '机关要求', en: 'order of an authority' },
  bank_statement: { zh: '银行流水', en: 'bank statement' },
  channel_receipt: { zh: '支付渠道凭证', en: 'receipt of the channel' },
};

export const movementWords: Readonly<Record<(typeof transferKinds)[number], LocalisedText>> = {
  post: { zh: '记账', en: 'posted' },
  hold: { zh: '预留', en: 'reserved' },
  capture: { zh: '从预留中扣款', en: 'charged from a reservation' },
  void: { zh: '释放预留', en: 'reservation released' },
  expire: { zh: '预留到期', en: 'reservation expired' },
};

/** Places in the chart of accounts; an account is named by its place and its owner (`cash:tenant_01…`). */
export const accountWords: Readonly<Record<AccountKind, LocalisedText>> = {
  cash: { zh: '客户余额', en: 'balance of a customer' },
  debt: { zh: '客户欠费', en: 'debt of a customer' },
  clearing: { zh: '支付渠道在途资金', en: 'money on its way through a channel' },
  suspense: { zh: '暂挂资金', en: 'money in suspense' },
  revenue: { zh: '服务收入', en: 'revenue' },
  refund_payable: { zh: '应退款', en: 'refunds to be paid' },
  promo_expense: { zh: '推广费用', en: 'cost of promotion' },
  writeoff: { zh: '坏账核销', en: 'debt written off' },
  rounding: { zh: '零头', en: 'rounding' },
};

/** What a movement of money is for. */
export const recordWords: Readonly<Record<string, LocalisedText>> = {
  top_up: { zh: '充值单', en: 'top-up' },
  bank_transfer: { zh: '对公转账', en: 'bank transfer' },
  suspended_payment: { zh: '暂挂款项', en: 'payment in suspense' },
  hold: { zh: '预留', en: 'reservation' },
  model_lease: { zh: '模型调用的预留', en: 'reservation for calls of models' },
  model_usage: { zh: '模型调用', en: 'calls of models' },
};

export const holdWords: Readonly<Record<string, LocalisedText>> = {
  open: { zh: '有效', en: 'open' },
  voided: { zh: '已释放', en: 'released' },
  expired: { zh: '已到期', en: 'expired' },
};
