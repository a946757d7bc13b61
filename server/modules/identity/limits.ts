/** How often something may be tried in a window of time. Every number an attacker meets is in this file. */
export interface Limit {
  readonly name: string;
  readonly max: number;
  readonly windowMs: number;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

export const limits = {
  /** One name from one address: the lockout a person who forgot the password meets. */
  loginHere: { name: 'login-here', max: 5, windowMs: 15 * minuteMs },
  /** One name from everywhere, far above what a person does, so that a stranger cannot lock somebody out with five tries. */
  loginAnywhere: { name: 'login-anywhere', max: 50, windowMs: hourMs },
  /** Failures from one address, whatever the name. Success gives the try back. */
  failuresFromAddress: { name: 'failures-from-address', max: 100, windowMs: 15 * minuteMs },
  registrationsFromAddress: { name: 'registrations-from-address', max: 200, windowMs: hourMs },
  /** Registrations from one address that met a taken name or a wrong code: the price of asking who is registered. */
  refusedRegistrations: { name: 'refused-registrations', max: 20, windowMs: hourMs },
  codesToTarget: { name: 'codes-to-target', max: 10, windowMs: hourMs },
  codesFromAddress: { name: 'codes-from-address', max: 120, windowMs: hourMs },
  /** Wrong codes for one number or address, over all codes sent to it. */
  codeTries: { name: 'code-tries', max: 20, windowMs: hourMs },
  /** Proofs before something that cannot be taken back. */
  identityConfirmations: { name: 'identity-confirmations', max: 5, windowMs: 15 * minuteMs },
  passwordConfirmations: { name: 'password-confirmations', max: 5, windowMs: 15 * minuteMs },
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
