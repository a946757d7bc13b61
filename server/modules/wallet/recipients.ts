import { defineRecipients } from '@candor/privacy-engine';

export const recipients = defineRecipients({
  paymentChannel: {
    role: 'entrusted',
    region: 'CN',
    text: { zh: '支付渠道', en: 'Payment channel' },
  },
});

declare module '../../declare/policy.ts' {
  interface BroughtRecipients extends Record<keyof typeof recipients, true> {}
}
