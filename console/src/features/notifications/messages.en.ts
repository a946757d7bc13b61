import type { OutboxMessages } from './messages.zh.ts';

export const outboxEn: OutboxMessages = {
  title: 'Outbox',
  description:
    'Text messages and mails written by the system. Without a provider they are not sent and lie here.',
  search: 'Search recipients and texts',
  channel: 'Channel',
  channels: { sms: 'SMS', mail: 'Mail' },
  auto: 'Refresh automatically',
  empty: 'No messages yet',
  emptyHint: 'Codes appear here when a person registers, signs in or recovers an account.',
  noMatch: 'No message matches',
  to: 'To {to}',
  statuses: {
    queued: 'Queued',
    kept: 'Not sent: no provider',
    sent: 'Handed to the provider',
    failed: 'Refused by the provider',
  },
  code: 'Copy the code',
  withheld: 'Text withheld: it may hold a code or a link that only the recipient should see.',
};
