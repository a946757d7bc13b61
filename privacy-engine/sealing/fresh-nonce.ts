import { randomFillSync } from 'node:crypto';

const nonceBytes = 12;
const stock = Buffer.alloc(nonceBytes * 256);
let used = stock.length;

/**
 * Writes 96 random bits that have never been given out. They are drawn in stock, because asking the system for each
 * costs more than the encryption.
 */
export function writeFreshNonce(into: Buffer): void {
  if (used === stock.length) {
    randomFillSync(stock);
    used = 0;
  }
  stock.copy(into, 0, used, used + nonceBytes);
  used += nonceBytes;
}
