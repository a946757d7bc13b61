import type { PrivacyMessages } from './messages.zh.ts';

export const privacyEn: PrivacyMessages = {
  back: 'What Candor knows',
  policy: {
    title: 'Privacy Policy',
    intro:
      'This policy is generated from the declarations of the database: what it says is what the database enforces.',
    listLink: 'Personal information collection list',
  },
  list: {
    title: 'Personal Information Collection List',
    intro:
      'This page explains the personal information that may be collected when you register and use Candor. It is generated from the declarations of the database: when the code changes, the list changes.',
    versions: 'All versions and comparison',
    version: 'Version {version}',
    effectiveAt: 'In force since {at}',
    fields: 'Information collected',
    method: 'Collection method',
    purpose: 'Purpose and basis',
    retention: 'Retention and what follows',
    recipients: 'Recipients',
    noRecipient: 'Not given to others',
    separator: ', ',
    sensitive: 'Sensitive',
    policyLink: 'Privacy policy',
    empty: 'No personal information is collected',
    print: 'Print',
    toConsole: 'To the console',
  },
};
