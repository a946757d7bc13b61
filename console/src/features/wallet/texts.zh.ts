import { walletZh } from './messages.zh.ts';

export const texts = {
  wallet: walletZh,
};
