export { accounts, holds, transfers, walletSchema } from './ledger-tables.ts';
export { bankTransfers, topUps } from './payment-tables.ts';
export { sandboxPayments, suspendedPayments } from './suspense-tables.ts';
