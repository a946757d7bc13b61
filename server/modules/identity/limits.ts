/** How often something may be tried in a window of time. Every number an attacker meets is in this file. */
export interface Limit {
  readonly name: string;
  readonly max: number;
  readonly windowMs: number;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/**
 * A counter that strangers can fill stops only strangers. What a person may try is counted for their own address, or
 * for a browser they have logged in with before, which no stranger can name.
 */
export const limits = {
  /** One name from one address: the lockout a person who forgot the password meets. */
  loginHere: { name: 'login-here', max: 5, windowMs: 15 * minuteMs },
  /** One name from a browser in which its person has logged in before. */
  loginFromDevice: { name: 'login-from-device', max: 5, windowMs: 15 * minuteMs },
  /** Failures for one name from unknown browsers everywhere. Refuses nothing: when it is full, the next limit applies. */
  loginAnywhere: { name: 'login-anywhere', max: 50, windowMs: hourMs },
  /** One name from one address while many addresses guess it: the first tries of every address still pass. */
  loginWhileGuessed: { name: 'login-while-guessed', max: 2, windowMs: hourMs },
  /** Failures from one address, whatever the name. Success gives the try back. Browsers of the person are exempt. */
  failuresFromAddress: { name: 'failures-from-address', max: 100, windowMs: 15 * minuteMs },
  registrationsFromAddress: { name: 'registrations-from-address', max: 200, windowMs: hourMs },
  /** Registrations from one address that met a taken name or a wrong code: the price of asking who is registered. */
  refusedRegistrations: { name: 'refused-registrations', max: 20, windowMs: hourMs },
  /** What unknown browsers send to one number or address, together. Refuses nothing: when it is full, the next applies. */
  codesToTarget: { name: 'codes-to-target', max: 10, windowMs: hourMs },
  /** One address to one recipient while many addresses send there: the first message of every address still passes. */
  codesWhileFlooded: { name: 'codes-while-flooded', max: 1, windowMs: hourMs },
  /** Bounds what strangers can make the installation pay for one recipient. */
  codesToTargetPerDay: { name: 'codes-to-target-per-day', max: 60, windowMs: 24 * hourMs },
  /** What one address may send to one recipient. */
  codesToTargetFromAddress: { name: 'codes-to-target-from-address', max: 6, windowMs: hourMs },
  /** Further requesters of a code that was sent within the minute; each has tries of their own. */
  codesShared: { name: 'codes-shared', max: 20, windowMs: hourMs },
  codesSharedPerDay: { name: 'codes-shared-per-day', max: 60, windowMs: 24 * hourMs },
  /** Text messages to numbers without an account: to all of them, to those of one country, to one number. */
  smsToStrangersPerHour: { name: 'sms-to-strangers-per-hour', max: 300, windowMs: hourMs },
  smsToStrangersPerDay: { name: 'sms-to-strangers-per-day', max: 1500, windowMs: 24 * hourMs },
  smsToCountryPerHour: { name: 'sms-to-country-per-hour', max: 200, windowMs: hourMs },
  smsToCountryPerDay: { name: 'sms-to-country-per-day', max: 1000, windowMs: 24 * hourMs },
  smsToNumberPerDay: { name: 'sms-to-number-per-day', max: 12, windowMs: 24 * hourMs },
  /** What a person may send to themselves, from a session or a browser they have logged in with. */
  codesToSelf: { name: 'codes-to-self', max: 10, windowMs: hourMs },
  /** Codes a logged-in person asks for to bind numbers and addresses. */
  codesToBind: { name: 'codes-to-bind', max: 20, windowMs: hourMs },
  /** What one address may send to all recipients together. */
  smsFromAddress: { name: 'sms-from-address', max: 30, windowMs: hourMs },
  mailFromAddress: { name: 'mail-from-address', max: 60, windowMs: hourMs },
  /** Wrong codes for one number or address from one requester, over all codes they asked for. */
  codeTries: { name: 'code-tries', max: 20, windowMs: hourMs },
  /** Proofs before something that cannot be taken back. */
  identityConfirmations: { name: 'identity-confirmations', max: 5, windowMs: 15 * minuteMs },
} as const satisfies Record<string, Limit>;

export const codeLifetimeMs = 10 * minuteMs;
export const codeResendMs = minuteMs;
export const maxTriesPerCode = 5;

/** D-ACC-6: a day without any operation ends a session; no session lives longer than thirty days. */
export const sessionIdleMs = 24 * hourMs;
export const sessionLifetimeMs = 30 * 24 * hourMs;
/** A session's last activity is written down at most this often. */
export const sessionTouchMs = minuteMs;

export const maxApiKeysPerTenant = 100;
