import { z } from 'zod';
import type { KeySeal } from './sealed-key.ts';

/** A header of the operator on every request to a server, as it is stored: a secret value is sealed like a key. */
export type StoredHeader =
  | { readonly name: string; readonly value: string }
  | { readonly name: string; readonly sealed: string };

/** As an operator sees it. A secret value never leaves. */
export interface HeaderView {
  readonly name: string;
  readonly isSecret: boolean;
  readonly value: string | null;
}

/**
 * Headers that belong to one connection (RFC 9110 §7.6.1), frame the message, are set by the gateway, or carry the key,
 * which has a field of its own.
 */
const refused: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'host',
  'expect',
  'content-length',
  'content-type',
  'content-encoding',
  'accept',
  'accept-encoding',
  'via',
  'cookie',
  'authorization',
  'x-api-key',
  'anthropic-version',
  'anthropic-beta',
]);

const maxHeaders = 20;

export const headersSchema = z
  .array(
    z.object({
      name: z
        .string()
        .max(100)
        .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'must be the name of a header')
        .toLowerCase()
        .refine(
          (name) => !refused.has(name),
          'must not be a header of the connection, of the gateway or of the key',
        ),
      isSecret: z.boolean(),
      /** Null keeps a secret value that is stored, as long as the address stays. */
      value: z
        .string()
        .max(2000)
        .regex(/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/, 'must be printable ASCII')
        .nullable(),
    }),
  )
  .max(maxHeaders)
  .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, 'must name each header once')
  .refine((all) => all.every(({ isSecret, value }) => isSecret || value !== null), 'must have a value');

export type HeaderInput = z.output<typeof headersSchema>[number];

/**
 * What is stored: values as given, sealed where secret, and those that stand from before.
 * @param former headers whose secret values may stay: none after the address has changed.
 */
export function storeHeaders(
  seal: KeySeal,
  upstreamId: string,
  given: readonly HeaderInput[],
  former: readonly StoredHeader[],
): StoredHeader[] {
  return given.flatMap(({ name, isSecret, value }): StoredHeader[] => {
    if (value === null) return former.filter((one) => one.name === name && 'sealed' in one);
    return [isSecret ? { name, sealed: seal.seal(sealedFor(upstreamId, name), value) } : { name, value }];
  });
}

/** @throws when a value was sealed under another secret. */
export function openHeaders(
  seal: KeySeal,
  upstreamId: string,
  stored: readonly StoredHeader[],
): Record<string, string> {
  return Object.fromEntries(
    stored.map((one) => [
      one.name,
      'sealed' in one ? seal.open(sealedFor(upstreamId, one.name), one.sealed) : one.value,
    ]),
  );
}

/** The values that are never shown. @throws as `openHeaders` does. */
export function secretValues(seal: KeySeal, upstreamId: string, stored: readonly StoredHeader[]): string[] {
  return Object.values(
    openHeaders(
      seal,
      upstreamId,
      stored.filter((one) => 'sealed' in one),
    ),
  );
}

export function headerViews(stored: readonly StoredHeader[]): HeaderView[] {
  return stored.map((one) => ({
    name: one.name,
    isSecret: 'sealed' in one,
    value: 'sealed' in one ? null : one.value,
  }));
}

/** A value opens under its own name only, so that none can be moved to another header. */
function sealedFor(upstreamId: string, name: string): string {
  return `${upstreamId} ${name}`;
}
