import { auditZh } from './messages.zh.ts';

export const texts = {
  audit: auditZh,
};
