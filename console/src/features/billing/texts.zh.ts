import { billsZh, usageZh } from './messages.zh.ts';

export const texts = {
  bills: billsZh,
  usage: usageZh,
};
