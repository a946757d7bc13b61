import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { networkInterfaces } from 'node:os';
import { callbackify } from 'node:util';
import { buildConnector } from 'undici';
import type { IssueRule } from '../../kernel/issue-rules.ts';
import { kindOfAddress, unwrapAddress } from '../../kernel/network-address.ts';

/** Where requests of the gateway may go. The address is judged, never its spelling, and again at every connection. */
export interface UpstreamReach {
  /** The rule by which this address may not be an upstream; null when nothing speaks against it. */
  refusalOf(address: string, port: number): AddressRule | null;
  /** Opens connections of one upstream, to nothing but addresses it has judged at that moment. */
  connectorFor(url: URL): buildConnector.connector;
}

/** What each rule says to programmers; the console has words of its own. */
export const addressRules = {
  special_address: 'must not be a metadata, link-local, multicast or unspecified address',
  own_service: 'must not be a service of this installation',
  private_address: 'must not be a private address unless CANDOR_PRIVATE_UPSTREAMS is true',
} as const satisfies Partial<Record<IssueRule, string>>;
export type AddressRule = keyof typeof addressRules;

export interface ReachOptions {
  /** Loopback and private networks: where model servers usually are. */
  readonly allowsPrivate: boolean;
  /** What this installation itself listens on: console and API, database, key service. */
  readonly ownServices: () => readonly OwnService[];
  readonly resolve?: (host: string) => Promise<LookupAddress[]>;
}

export interface OwnService {
  readonly host: string;
  readonly port: number;
}

/** The connection was not made, because the address may not be an upstream. */
export class AddressRefused extends Error {
  readonly code = 'CANDOR_ADDRESS_REFUSED';

  constructor() {
    super('the address of the upstream may not be called');
    this.name = 'AddressRefused';
  }
}

const connectTimeoutMs = 10_000;

export function createUpstreamReach(options: ReachOptions): UpstreamReach {
  const { resolve = (host: string) => lookup(host, { all: true }) } = options;

  function refusalOf(address: string, port: number): AddressRule | null {
    const kind = kindOfAddress(address);
    if (kind === 'forbidden') return 'special_address';
    const isOwn = options.ownServices().some((own) => own.port === port && isSameHost(own.host, address));
    if (isOwn) return 'own_service';
    return kind === 'private' && !options.allowsPrivate ? 'private_address' : null;
  }

  function connectorFor(url: URL): buildConnector.connector {
    const host = hostOf(url);
    const port = portOf(url);
    const isRefused = (address: string) => refusalOf(address, port) !== null;
    const judged = callbackify(async (name: string) => {
      const found = await resolve(name);
      // One bad address among good ones is how a name is bent, so none of them is used.
      if (found.length === 0 || found.some(({ address }) => isRefused(address))) throw new AddressRefused();
      return found;
    });
    // Node dials what this answers and nothing else, so a name that leads elsewhere a moment later changes nothing.
    const judgedLookup: LookupFunction = (name, { all }, callback) =>
      judged(name, (error, found) => {
        const [first] = found ?? [];
        if (error !== null || first === undefined) callback(error ?? new AddressRefused(), []);
        else if (all === true) callback(null, found);
        else callback(null, first.address, first.family);
      });
    const connect = buildConnector({ timeout: connectTimeoutMs, lookup: judgedLookup });
    return (target, callback) => {
      // Literals are dialled without a look-up.
      if (isIP(host) !== 0 && isRefused(host)) callback(new AddressRefused(), null);
      else connect(target, callback);
    };
  }

  return { refusalOf, connectorFor };
}

export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

/** What stands before `/models` on the server: `/v1`. */
export function pathPrefixOf(url: URL): string {
  return url.pathname.replace(/\/+$/, '');
}

export function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port);
  return url.protocol === 'https:' ? 443 : 80;
}

/** A service on a local address is reached under every address of this machine. */
function isSameHost(host: string, address: string): boolean {
  const plain = unwrapAddress(address);
  const local = localAddresses();
  return host === plain || (isLocalName(host, local) && isLocalName(plain, local));
}

function isLocalName(host: string, local: ReadonlySet<string>): boolean {
  const isLoopback = host === 'localhost' || host.startsWith('127.') || host === '::1';
  const isEverything = host === '' || host === '0.0.0.0' || host === '::' || host.startsWith('/');
  return isLoopback || isEverything || local.has(host);
}

function localAddresses(): Set<string> {
  return new Set(
    Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address)),
  );
}
