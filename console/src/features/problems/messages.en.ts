import type { ProblemPagesMessages } from './messages.zh.ts';

export const problemPagesEn: ProblemPagesMessages = {
  title: 'Error codes',
  intro: 'Every error of the interfaces carries a code. Here is what each of them means and what to do.',
  status: 'HTTP status {status}',
  meaning: 'What it means and what to do',
  details: 'In detail, for developers',
  all: 'All error codes',
  missingTitle: 'There is no such error code',
  missingText: '“{code}” is not in the list. Please check the spelling.',
  groups: {
    kernel: 'General',
    identity: 'Account and log-in',
    wallet: 'Wallet and payments',
    billing: 'Usage and bills',
    catalog: 'Models and prices',
    gateway: 'Model calls',
    privacy: 'Privacy',
    notifications: 'Messages',
    announcements: 'News',
    audit: 'Audit log',
  },
};
