import type { texts as textsZh } from './texts.zh.ts';
import { overviewEn } from './messages.en.ts';
import { operatorHomeEn } from './operator/messages.en.ts';

export const texts: typeof textsZh = {
  overview: overviewEn,
  operatorHome: operatorHomeEn,
};
