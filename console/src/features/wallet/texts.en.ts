import type { texts as textsZh } from './texts.zh.ts';
import { walletEn } from './messages.en.ts';

export const texts: typeof textsZh = {
  wallet: walletEn,
};
