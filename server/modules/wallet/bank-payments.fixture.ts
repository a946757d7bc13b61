export const yuan = 1_000_000;
export const path = '/api/wallet/bank-transfers';

/** A bank credit as an operator enters it. */
export const payment = (tenantId: string, serialNumber: string) => ({
  tenantId,
  amountMicros: 100 * yuan,
  serialNumber,
  paymentSource: { accountName: 'Example Ltd', bankAccount: '6222020200112233', bankName: 'Example Bank' },
});
