import type { IncomingHttpHeaders } from 'node:http';
import { malformedRequest } from '../../problems.ts';

/** The one that there is since Messages are streamed as they are. */
const version = '2023-06-01';
/** Sent where the client's own protocol is another. */
export const messagesVersion = { 'anthropic-version': version } as const;
/** Names of betas, as many as a program may want. */
const betas = /^[\w.,: -]{1,2000}$/;

/**
 * The headers of a client that a server speaking Messages must see. A version that is missing is the one we speak.
 * @throws `gateway.malformed_request` naming the header at fault.
 */
export function messagesHeaders(headers: IncomingHttpHeaders): Readonly<Record<string, string>> {
  const { 'anthropic-version': wanted = version, 'anthropic-beta': beta } = headers;
  if (wanted !== version)
    throw malformedRequest({
      detail: `Invalid value for the header 'anthropic-version': it must be ${version}.`,
      param: 'anthropic-version',
    });
  if (beta === undefined) return messagesVersion;
  if (typeof beta !== 'string' || !betas.test(beta))
    throw malformedRequest({
      detail: "Invalid value for the header 'anthropic-beta': it must be names separated by commas.",
      param: 'anthropic-beta',
    });
  return { ...messagesVersion, 'anthropic-beta': beta };
}
