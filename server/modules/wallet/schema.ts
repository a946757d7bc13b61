export { accounts, holds, transfers, walletSchema } from './ledger-tables.ts';
export { bankTransfers, sandboxPayments, topUps } from './payment-tables.ts';
