import type { texts as textsZh } from './texts.zh.ts';
import { catalogEn, pricesEn } from './messages.en.ts';

export const texts: typeof textsZh = {
  catalog: catalogEn,
  prices: pricesEn,
};
