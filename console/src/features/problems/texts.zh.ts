import { problemPagesZh } from './messages.zh.ts';

export const texts = {
  problemPages: problemPagesZh,
};
