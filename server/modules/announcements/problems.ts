import { problem } from '../../kernel/problem.ts';

export const newsAlreadySent = problem(
  'announcements.already_sent',
  409,
  'This news is on its way or was sent',
);
