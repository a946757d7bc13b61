import type { ActWords } from '../../declare/acts.ts';

export const acts = {
  'wallet.top_up_ordered': { zh: '发起充值', en: 'Top-up ordered' },
  'wallet.top_up_paid': { zh: '充值到账', en: 'Top-up paid' },
  'wallet.top_up_failed': { zh: '充值未完成', en: 'Top-up not completed' },
  'wallet.notification_mismatched': {
    zh: '支付通知与订单不符',
    en: 'Payment notification differs from the order',
  },
  'wallet.bank_transfer_entered': { zh: '对公转账登记', en: 'Bank transfer entered' },
  'wallet.bank_transfer_credited': { zh: '对公转账入账', en: 'Bank transfer credited' },
  'wallet.bank_transfer_rejected': { zh: '对公转账拒绝', en: 'Bank transfer rejected' },
  'wallet.bank_transfer_reversal_proposed': {
    zh: '对公转账冲正申请',
    en: 'Reversal of a bank transfer asked for',
  },
  'wallet.bank_transfer_reversal_declined': {
    zh: '对公转账冲正未获批准',
    en: 'Reversal of a bank transfer declined',
  },
  'wallet.bank_transfer_reversed': { zh: '对公转账冲正', en: 'Bank transfer reversed' },
  'wallet.payment_suspended': { zh: '款项转入待处理', en: 'Payment put in suspense' },
  'wallet.suspended_payment_refunded': { zh: '待处理款项退款', en: 'Suspended payment refunded' },
  'wallet.suspended_payment_proposed': {
    zh: '待处理款项提议归户',
    en: 'Assignment of a suspended payment proposed',
  },
  'wallet.suspended_payment_declined': {
    zh: '待处理款项撤回提议',
    en: 'Assignment of a suspended payment declined',
  },
  'wallet.suspended_payment_assigned': { zh: '待处理款项归户', en: 'Suspended payment assigned' },
} as const satisfies ActWords;

declare module '../../declare/acts.ts' {
  interface Acts extends Record<keyof typeof acts, true> {}
}
