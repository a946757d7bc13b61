import type { texts as textsZh } from './texts.zh.ts';
import { problemPagesEn } from './messages.en.ts';

export const texts: typeof textsZh = {
  problemPages: problemPagesEn,
};
