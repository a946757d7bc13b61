import { catalogZh, pricesZh } from './messages.zh.ts';

export const texts = {
  catalog: catalogZh,
  prices: pricesZh,
};
