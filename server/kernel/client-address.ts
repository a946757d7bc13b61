import { BlockList, isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';

const mappedIpv4 = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/;

/** One form for every spelling of an address, undefined for what is no IP literal. */
export function normaliseAddress(text: string): string | undefined {
  const address = text.trim().toLowerCase().split('%')[0] ?? '';
  const ipv4 = mappedIpv4.exec(address)?.[1] ?? address;
  if (isIP(ipv4) === 4) return ipv4;
  return isIP(address) === 6 ? new URL(`http://[${address}]`).hostname.slice(1, -1) : undefined;
}

/** Where a caller is, as far as limits care: a household owns a whole /64 of IPv6. */
export function networkOf(address: string): string {
  const known = normaliseAddress(address) ?? address;
  return known.includes(':') ? firstGroups(known, 4) : known;
}

function firstGroups(ipv6: string, count: number): string {
  const [head = '', tail = ''] = ipv6.split('::');
  const left = head.split(':').filter(Boolean);
  const right = tail.split(':').filter(Boolean);
  const middle = Array.from({ length: 8 - left.length - right.length }, () => '0');
  return [...left, ...middle, ...right].slice(0, count).join(':');
}

/** Whether the proxy at `address`, the `hop`th from our socket outwards, is one that the settings name. */
export type ProxyTrust = (address: string, hop: number) => boolean;

/** Of a number of proxies the nearest ones are believed. */
export function createProxyTrust(proxies: false | number | readonly string[]): ProxyTrust {
  if (typeof proxies === 'boolean') return () => false;
  if (typeof proxies === 'number') return (_address, hop) => hop < proxies;
  return createNetworkMatch(proxies);
}

/** Whether an address lies in one of these networks (`10.0.0.0/8`) or is one of these addresses. */
export function createNetworkMatch(networks: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    const family = familyOf(address);
    list.addSubnet(address, Number(bits ?? widthOf(family)), family);
  }
  return (text) => {
    const address = normaliseAddress(text);
    return address !== undefined && list.check(address, familyOf(address));
  };
}

/** One form for every spelling of a network or an address, undefined for what is neither. */
export function normaliseNetwork(text: string): string | undefined {
  const [written = '', bits, ...more] = text.trim().split('/');
  const address = normaliseAddress(written);
  if (address === undefined || written.includes('%') || more.length > 0) return undefined;
  if (bits === undefined) return address;
  const isWithin = /^\d{1,3}$/.test(bits) && Number(bits) <= widthOf(familyOf(address));
  return isWithin ? `${address}/${Number(bits)}` : undefined;
}

function widthOf(family: 'ipv4' | 'ipv6'): number {
  return family === 'ipv4' ? 32 : 128;
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 4 ? 'ipv4' : 'ipv6';
}

/** Where the caller is. A forwarded word that is no IP literal ends the chain: the proxy that wrote it counts instead. */
export function clientAddress(request: FastifyRequest): string {
  let known = normaliseAddress(request.socket.remoteAddress ?? '') ?? 'none';
  for (const forwarded of request.ips?.slice(1) ?? []) {
    const address = normaliseAddress(forwarded);
    if (address === undefined) return known;
    known = address;
  }
  return known;
}

const forwardingHeaders = [
  'forwarded',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
  'x-client-ip',
  'cf-connecting-ip',
  'true-client-ip',
];

/** Whether a proxy between the caller and us says so. */
export function isForwarded(request: FastifyRequest): boolean {
  return forwardingHeaders.some((name) => request.headers[name] !== undefined);
}

/** Calls `warn` once, at the first request that a proxy forwarded which the settings do not name. */
export function watchForUndeclaredProxy(warn: () => void): (request: FastifyRequest) => void {
  let hasWarned = false;
  return (request) => {
    const isBelieved = (request.ips?.length ?? 0) > 1;
    if (hasWarned || isBelieved || request.headers['x-forwarded-for'] === undefined) return;
    hasWarned = true;
    warn();
  };
}
