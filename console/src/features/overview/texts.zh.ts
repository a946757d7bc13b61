import { overviewZh } from './messages.zh.ts';

export const texts = {
  overview: overviewZh,
};
