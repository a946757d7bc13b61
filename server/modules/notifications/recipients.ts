import { defineRecipients } from '@candor/privacy-engine';

export const recipients = defineRecipients({
  smsProvider: {
    role: 'entrusted',
    region: 'CN',
    purposes: ['signin', 'account', 'billing', 'settlement', 'notify', 'casework'],
    text: {
      zh: '短信服务商（默认仅写入本平台发件箱）',
      en: 'SMS provider (by default only the outbox of this platform)',
    },
  },
  mailProvider: {
    role: 'entrusted',
    region: 'CN',
    text: {
      zh: '邮件服务商（默认仅写入本平台发件箱）',
      en: 'Mail provider (by default only the outbox of this platform)',
    },
  },
});

declare module '../../declare/policy.ts' {
  interface BroughtRecipients extends Record<keyof typeof recipients, true> {}
}
