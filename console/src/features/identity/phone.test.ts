import { expect, test } from 'vitest';
import { isEmail, normalizePhone } from './phone.ts';

test('a mainland number is understood however it is written', () => {
  for (const text of ['13800138000', '138 0013 8000', '+86 138-0013-8000', '0086 13800138000']) {
    expect(normalizePhone(text), text).toBe('+8613800138000');
  }
});

test('a number of another country keeps its country code', () => {
  expect(normalizePhone('+852 5123 4567')).toBe('+85251234567');
});

test('what is no mobile number is refused', () => {
  for (const text of ['', '12345678901', '1380013800', '+86123', 'call me'])
    expect(normalizePhone(text), text).toBeUndefined();
});

test('an e-mail address has a name, an at and a domain', () => {
  expect(isEmail('a@b.cn')).toBe(true);
  expect(isEmail('a@b')).toBe(false);
});
