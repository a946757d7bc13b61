import { parsePhoneNumberFromString } from 'libphonenumber-js/mobile';
import { z } from 'zod';
import { brokenNameRule, normaliseUsername } from './usernames.ts';

/** How messages reach a person: a number or an address, in the one form that is stored and compared. */
export interface Contact {
  readonly channel: 'sms' | 'mail';
  readonly address: string;
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
  .superRefine((name, issues) => {
    const broken = brokenNameRule(name);
    if (broken === null) return;
    issues.addIssue({ code: 'custom', message: broken.message, params: { rule: broken.rule } });
  });

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

/** Every way to reach a person. */
export function allContactsOf(person: {
  readonly phone: string | null;
  readonly email: string | null;
}): Contact[] {
  const contacts: Contact[] = [];
  if (person.phone !== null) contacts.push({ channel: 'sms', address: person.phone });
  if (person.email !== null) contacts.push({ channel: 'mail', address: person.email });
  return contacts;
}

/** The name limits know a number or an address by. */
export function targetOf({ channel, address }: Contact): string {
  return `${channel}:${address}`;
}
