import type { problemsZh } from './problems.zh.ts';

export const problemsEn: typeof problemsZh = {
  announcements: {
    already_sent: 'This news is on its way or was sent.',
  },
};
