import { isIP } from 'node:net';
import { invalidInput } from '../../kernel/problem.ts';
import { addressRules, hostOf, portOf, type UpstreamReach } from './upstream-reach.ts';

/**
 * Tells at once what every connection would meet. Names are judged when they are called, because they can change.
 * @throws `kernel.invalid_input` with the rule beside `baseUrl`.
 */
export function requireReachable(reach: UpstreamReach, baseUrl: string): void {
  const url = new URL(baseUrl);
  const rule = isIP(hostOf(url)) === 0 ? null : reach.refusalOf(hostOf(url), portOf(url));
  if (rule !== null)
    throw invalidInput({ issues: [{ path: 'body.baseUrl', rule, message: addressRules[rule] }] });
}
