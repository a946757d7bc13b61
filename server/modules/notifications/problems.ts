import { problem } from '../../kernel/problem.ts';

export const noTextMessages = problem(
  'notifications.no_text_messages',
  409,
  'This installation sends no text messages',
);
export const noMail = problem('notifications.no_mail', 409, 'This installation sends no mail');
