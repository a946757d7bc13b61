/** What other features may use of this one. */
export { walletQuery } from './wallet-queries.ts';
