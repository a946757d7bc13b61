import type { texts as textsZh } from './texts.zh.ts';
import { auditEn } from './messages.en.ts';

export const texts: typeof textsZh = {
  audit: auditEn,
};
