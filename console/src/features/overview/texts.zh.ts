import { overviewZh } from './messages.zh.ts';
import { operatorHomeZh } from './operator/messages.zh.ts';

export const texts = {
  overview: overviewZh,
  operatorHome: operatorHomeZh,
};
