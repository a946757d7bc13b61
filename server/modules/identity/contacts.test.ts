import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  contactOf,
  emailSchema,
  maskPhone,
  normaliseEmail,
  normalisePhone,
  usernameSchema,
} from './contacts.ts';
import { normaliseUsername } from './usernames.ts';

test('a number is one number, however it is written', () => {
  const spellings = [
    '13800138000',
    '138 0013 8000',
    '138-0013-8000',
    '+8613800138000',
    '+86 138 0013 8000',
    '008613800138000',
    ' (86) 13800138000'.replace('(86)', '+86'),
  ];
  expect(new Set(spellings.map(normalisePhone))).toEqual(new Set(['+8613800138000']));
  expect(normalisePhone('+1 202 456 1111')).toBe('+12024561111');
  for (const text of ['', '12345', '+86 1', 'phone', '+86138001380001', '１３８'])
    expect(normalisePhone(text)).toBeUndefined();
});

test('a masked number keeps its country and its last four digits', () => {
  expect(maskPhone('+8613800138000')).toBe('+86138****8000');
  expect(maskPhone('+12024561111')).toBe('+120****1111');
});

test('normalising twice is normalising once, for any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(normaliseUsername(normaliseUsername(text))).toBe(normaliseUsername(text));
      expect(normaliseEmail(normaliseEmail(text))).toBe(normaliseEmail(text));
      const phone = normalisePhone(text);
      if (phone !== undefined) expect(normalisePhone(phone)).toBe(phone);
    }),
  );
});

test('no username is an e-mail address, so that one field can take both', () => {
  fc.assert(
    fc.property(fc.oneof(fc.emailAddress(), fc.string()), (text) => {
      const name = usernameSchema.safeParse(text);
      if (name.success) expect(emailSchema.safeParse(name.data).success).toBe(false);
    }),
  );
});

test('a contact is exactly one of a number and an address', () => {
  expect(contactOf({ phone: '+8613800138000' })).toEqual({ channel: 'sms', address: '+8613800138000' });
  expect(contactOf({ email: 'a@b.cn' })).toEqual({ channel: 'mail', address: 'a@b.cn' });
  expect([contactOf({}), contactOf({ phone: '1', email: 'a@b.cn' })]).toEqual([undefined, undefined]);
});
