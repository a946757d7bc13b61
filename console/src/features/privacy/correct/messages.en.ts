import type { CorrectMessages } from './messages.zh.ts';

export const correctEn: CorrectMessages = {
  title: 'Correct',
  description:
    'Change it right here. What needs proof becomes a request that a person checks; what cannot be changed says why. Whoever received the old value is told.',
  empty: 'There is nothing to correct',
  correct: 'Correct',
  ask: 'Ask for a correction',
  toSettings: 'Change in the settings',
  newValue: 'New value',
  save: 'Save',
  saved: 'Corrected',
  undo: 'Undo',
  undone: 'Changed back',
  codeHint: 'A new number or address is proven with the code you receive there.',
  requestHint: 'This has to be checked. It becomes a request, answered in writing and in time.',
  why: 'Why it is wrong',
  send: 'Send request',
  requested: 'Request filed',
  openRequest: 'See the request',
  cannot: 'Cannot be changed: {reason}',
  invalid: 'This does not follow the rules of this field.',
  phoneInvalid: 'Enter a valid mobile number',
  emailInvalid: 'Enter a valid e-mail address',
  languages: { 'zh-CN': '简体中文', en: 'English' },
  showFixed: '{count, plural, one {Why one more cannot be changed} other {Why # others cannot be changed}}',
  hideFixed: 'Hide',
};
