import type { problemsZh } from './problems.zh.ts';

export const problemsEn: typeof problemsZh = {
  notifications: {
    no_text_messages: 'This installation sends no text messages. Use your password or an e-mail address.',
    no_mail:
      'This installation sends no mail. Use your password, or ask the operator; the privacy policy says how to reach them.',
  },
};
