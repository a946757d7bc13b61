import type { IncomingHttpHeaders } from 'node:http';
import { malformedRequest } from '../../problems.ts';

/** Known to every server of Messages; what later ones add changes nothing that is read here. */
const version = '2023-06-01';
const date = /^\d{4}-\d{2}-\d{2}$/;
/** Sent where the client's own protocol is another. */
export const messagesVersion = { 'anthropic-version': version } as const;
/** Names of betas, as many as a program may want. */
const betas = /^[\w.,: -]{1,2000}$/;

/**
 * The headers of a client that a server speaking Messages must see. Without a version it is the first.
 * @throws `gateway.malformed_request` naming the header at fault.
 */
export function messagesHeaders(headers: IncomingHttpHeaders): Readonly<Record<string, string>> {
  const { 'anthropic-version': wanted = version, 'anthropic-beta': beta } = headers;
  if (typeof wanted !== 'string' || !date.test(wanted))
    throw malformedRequest({
      detail: `Invalid value for the header 'anthropic-version': it must be a date like ${version}.`,
      param: 'anthropic-version',
    });
  const asked = { 'anthropic-version': wanted };
  if (beta === undefined) return asked;
  if (typeof beta !== 'string' || !betas.test(beta))
    throw malformedRequest({
      detail: "Invalid value for the header 'anthropic-beta': it must be names separated by commas.",
      param: 'anthropic-beta',
    });
  return { ...asked, 'anthropic-beta': beta };
}
