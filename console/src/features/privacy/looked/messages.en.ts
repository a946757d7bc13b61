import type { LookedMessages } from './messages.zh.ts';

export const lookedEn: LookedMessages = {
  title: 'Who looked',
  description:
    'Staff must give a reason before they see personal data. Every look is written into a log that cannot be changed, and shown here. Your own visits are not among them.',
  list: 'Looks by staff',
  empty: 'No staff member has looked at your data',
  emptyHint: 'As soon as a staff member does, this page says who, when, at what and why.',
  at: 'Time',
  staff: 'Staff member',
  what: 'What they saw',
  reason: 'Reason',
  case: 'Request',
  noCase: '—',
  separator: ', ',
  challenge: 'Does one of these surprise you?',
  challengeLink: 'File a complaint',
  recipientsTitle: 'Who receives data',
  recipientsHint: 'Data goes to these processors only, and only what is listed.',
  recipientsEmpty: 'No other recipient receives anything',
};
