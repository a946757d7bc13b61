import { parsePhoneNumberFromString } from 'libphonenumber-js/mobile';
import { z } from 'zod';

/** How messages reach somebody: a number or an address, in the one form that is stored and compared. */
export interface Contact {
  readonly channel: 'sms' | 'mail';
  readonly address: string;
}

/** Letters and digits of any script, and `_ . -` between them. `@` and `#` are not for names: they tell names from addresses and from sub-accounts. */
const usernamePattern = /^[\p{L}\p{N}](?:[\p{L}\p{N}._-]{0,38}[\p{L}\p{N}])?$/u;

/** Case and width do not tell two people apart. */
export function normaliseUsername(text: string): string {
  return text.normalize('NFKC').trim().toLowerCase();
}

export function normaliseEmail(text: string): string {
  return text.normalize('NFKC').trim().toLowerCase();
}

/** E.164 of a number, undefined when it is none. Numbers without a country are from mainland China. */
export function normalisePhone(text: string): string | undefined {
  const number = parsePhoneNumberFromString(text, 'CN');
  return number?.isValid() === true ? number.number : undefined;
}

/** `+86138****8000`: enough to recognise one's own number. */
export function maskPhone(phone: string): string {
  return `${phone.slice(0, -8)}****${phone.slice(-4)}`;
}

export const usernameSchema = z
  .string()
  .max(200)
  .transform(normaliseUsername)
  .refine(
    (name) => name.length >= 2 && usernamePattern.test(name),
    'must be 2 to 40 letters or digits, with . _ - between them',
  );

export const emailSchema = z
  .string()
  .max(254)
  .transform(normaliseEmail)
  .pipe(z.email('must be an e-mail address'));

export const phoneSchema = z
  .string()
  .max(40)
  .transform((text, issues) => {
    const phone = normalisePhone(text);
    if (phone !== undefined) return phone;
    issues.addIssue({
      code: 'custom',
      message: 'must be a phone number; outside mainland China begin with + and the country',
    });
    return z.NEVER;
  });

/** Exactly one of a number and an address. */
export function contactOf(input: {
  phone?: string | undefined;
  email?: string | undefined;
}): Contact | undefined {
  if ((input.phone === undefined) === (input.email === undefined)) return undefined;
  if (input.phone !== undefined) return { channel: 'sms', address: input.phone };
  return { channel: 'mail', address: input.email ?? '' };
}
