import type { texts as textsZh } from './texts.zh.ts';
import { outboxEn } from './messages.en.ts';

export const texts: typeof textsZh = {
  outbox: outboxEn,
};
