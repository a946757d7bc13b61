import type { InstallationMessages } from './messages.zh.ts';

export const installationEn: InstallationMessages = {
  title: 'Operator',
  description:
    'The handler, the contacts and the place of storage in the privacy policy. Saving publishes a new version at once.',
  unnamed:
    'The operator is not named yet: the policy says that this is a development installation, and in production registration is closed.',
  saved: 'Saved; a new version of the policy is published',
  inChinese: '{field} (Chinese)',
  inEnglish: '{field} (English)',
  fields: {
    name: 'Name of the operator',
    brand: 'Brand',
    address: 'Address',
    privacyOfficer: 'Person in charge of personal information',
    storagePlace: 'Where personal information is stored',
    email: 'E-mail address',
    privacyEmail: 'E-mail address for privacy',
    phone: 'Telephone (optional)',
    creditCode: 'Unified social credit code (optional, 18 characters)',
    icpNumber: 'ICP filing or licence (optional)',
  },
};
