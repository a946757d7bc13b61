export { accounts, holds, transfers, walletSchema } from './ledger-tables.ts';
export { bankTransfers, sandboxPayments, suspendedPayments, topUps } from './payment-tables.ts';
