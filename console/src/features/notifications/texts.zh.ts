import { outboxZh } from './messages.zh.ts';

export const texts = {
  outbox: outboxZh,
};
