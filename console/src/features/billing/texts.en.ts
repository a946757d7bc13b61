import type { texts as textsZh } from './texts.zh.ts';
import { billsEn, usageEn } from './messages.en.ts';
import { requestsEn } from './requests/messages.en.ts';

export const texts: typeof textsZh = {
  bills: billsEn,
  requests: requestsEn,
  usage: usageEn,
};
