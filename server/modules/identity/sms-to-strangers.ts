import { parsePhoneNumberFromString } from 'libphonenumber-js/mobile';
import type { Ctx } from '../../kernel/context.ts';
import { type Attempt, takeAttempt } from './attempts.ts';
import type { Contact } from './contacts.ts';
import { limits } from './limits.ts';
import { countryNotServed } from './problems.ts';

/** @throws `identity.country_not_served` for a number of a country that the installation sends no text messages to. */
export function requireServedCountry(ctx: Ctx, contact: Contact): void {
  const country = countryOf(contact);
  if (country === null || ctx.rules.smsCountries.includes(country)) return;
  throw countryNotServed({ issues: [{ path: 'body.phone', message: countryNotServed.title }] });
}

/**
 * Counts a text message to a number without an account, which anyone can cause and the installation pays for. People
 * with an account never meet these counters.
 */
export async function takeSmsToStranger(ctx: Ctx, contact: Contact): Promise<void> {
  const country = countryOf(contact);
  if (country === null) return;
  const tries: Attempt[] = [
    [limits.smsToStrangersPerHour, 'all'],
    [limits.smsToStrangersPerDay, 'all'],
    [limits.smsToCountryPerHour, country],
    [limits.smsToCountryPerDay, country],
    [limits.smsToNumberPerDay, contact.address],
  ];
  await takeAttempt(ctx, tries);
}

/** Null for an address: mail costs nothing. */
function countryOf({ channel, address }: Contact): string | null {
  return channel === 'mail' ? null : (parsePhoneNumberFromString(address)?.country ?? 'unknown');
}
