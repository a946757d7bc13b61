import type { StepUpMessages } from './messages.zh.ts';

export const stepUpEn: StepUpMessages = {
  title: 'Confirm that it is you',
  byPassword: 'By password',
  byCode: 'By code',
  password: 'Password',
  passwordMissing: 'Enter your password',
  codeMissing: 'Enter the six digits you received',
  sentBySms: 'A code is on its way to your phone.',
  sentByMail: 'A code is on its way to your e-mail address.',
};
