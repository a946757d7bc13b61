import type { ProofsMessages } from './messages.zh.ts';

export const proofsEn: ProofsMessages = {
  title: 'My proofs',
  description:
    'Signed receipts and certificates, kept by you. You need not believe us: anyone can verify them on any machine.',
  receipts: 'Receipts of consent',
  receiptsHint: 'One for each decision of yours.',
  receiptsEmpty: 'No receipts yet',
  receiptsEmptyHint: 'When you decide something under “My choices”, its signed receipt is here.',
  toChoices: 'My choices',
  certificates: 'Certificates of erasure',
  certificatesHint:
    'Issued when an erasure is complete: what went, what a law keeps, and that nothing else was left.',
  certificatesEmpty: 'No certificates yet',
  log: 'Head of the audit log',
  logHint: 'Every entry of the log is inside this hash. Keep it, and any later change to history shows.',
  logSize: 'Entries',
  logRoot: 'Root hash',
  logAt: 'Signed at',
  verify: 'Verify',
  verifyPage: 'Open the verify page',
  downloadHead: 'Download head',
  download: 'Download',
  at: 'Time',
  what: 'About',
  actions: 'Actions',
};
