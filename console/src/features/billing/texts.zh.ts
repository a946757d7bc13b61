import { billsZh, usageZh } from './messages.zh.ts';
import { requestsZh } from './requests/messages.zh.ts';

export const texts = {
  bills: billsZh,
  requests: requestsZh,
  usage: usageZh,
};
