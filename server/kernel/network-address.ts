import { BlockList, isIP, isIPv6 } from 'node:net';

/** What the server may meet when it connects to an address that a person wrote down. */
export type AddressKind = 'public' | 'private' | 'forbidden';

type Subnet = readonly [address: string, prefix: number];

/** Metadata services of clouds hand out the credentials of the machine; the rest is no address of one server. */
const forbidden: readonly Subnet[] = [
  ['0.0.0.0', 8],
  // Link-local: metadata of AWS, Azure, Google, Tencent, Huawei, DigitalOcean, Oracle and others, and of containers.
  ['169.254.0.0', 16],
  ['fe80::', 10],
  // Metadata elsewhere: Alibaba, Azure's wire server, Oracle, AWS and Google over IPv6.
  ['100.100.100.200', 32],
  ['168.63.129.16', 32],
  ['192.0.0.0', 24],
  ['fd00:ec2::', 32],
  ['fd20:ce::254', 128],
  ['fd00:c1::a9fe:a9fe', 128],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  ['::', 128],
  ['ff00::', 8],
];

const privateNetworks: readonly Subnet[] = [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['127.0.0.0', 8],
  ['100.64.0.0', 10],
  ['198.18.0.0', 15],
  ['::1', 128],
  ['fc00::', 7],
  ['fec0::', 10],
  // Where a translator or a tunnel of this network leads is its own secret.
  ['64:ff9b:1::', 48],
  ['2001::', 32],
];

const forbiddenList = listOf(forbidden);
const privateList = listOf(privateNetworks);

/** Judges an IP literal by where a connection to it would lead. Anything else is forbidden. */
export function kindOfAddress(address: string): AddressKind {
  const plain = unwrapAddress(address);
  if (isIP(plain) === 0) return 'forbidden';
  const family = isIPv6(plain) ? 'ipv6' : 'ipv4';
  if (forbiddenList.check(plain, family)) return 'forbidden';
  if (translatedHere(plain).some((inner) => forbiddenList.check(inner, 'ipv4'))) return 'forbidden';
  return privateList.check(plain, family) ? 'private' : 'public';
}

/** The address itself: without a zone, and as IPv4 where an IPv6 address stands for one. */
export function unwrapAddress(address: string): string {
  const plain = address.replace(/%.*$/, '');
  return embeddedAddress(plain) ?? plain;
}

/** The IPv4 address that an IPv6 one stands for: mapped, compatible, NAT64 and 6to4. */
function embeddedAddress(address: string): string | null {
  if (!isIPv6(address)) return null;
  const groups = groupsOf(address);
  const startsWith = (...beginning: number[]) => beginning.every((group, index) => groups[index] === group);
  const isLast32 =
    startsWith(0, 0, 0, 0, 0, 0xffff) ||
    startsWith(0, 0, 0, 0, 0xffff, 0) ||
    startsWith(0x64, 0xff9b, 0, 0, 0, 0) ||
    (startsWith(0, 0, 0, 0, 0, 0) && groups[6] !== 0);
  if (isLast32) return quadOf(groups[6], groups[7]);
  return startsWith(0x2002) ? quadOf(groups[1], groups[2]) : null;
}

/**
 * IPv4 addresses that a translator of this network may read in an address of its own prefix (RFC 8215): the places of
 * RFC 6052 for prefixes of 96 and of 48 bits. Places that hold nothing but zeros stand for no address.
 */
function translatedHere(address: string): string[] {
  if (!isIPv6(address)) return [];
  const groups = groupsOf(address);
  if (groups[0] !== 0x64 || groups[1] !== 0xff9b || groups[2] !== 1) return [];
  const [, , , third = 0, fourth = 0, fifth = 0] = groups;
  const behind48 = quadOf(third, ((fourth & 0xff) << 8) | (fifth >> 8));
  return [quadOf(groups[6], groups[7]), behind48].filter((quad) => !quad.startsWith('0.'));
}

function quadOf(high = 0, low = 0): string {
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');
}

/** The eight groups of an IPv6 address. */
function groupsOf(address: string): number[] {
  // The parser of addresses writes them in one form, without dotted quads.
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = '', tail] = canonical.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return [...before, ...zeros, ...after].map((group) => Number.parseInt(group, 16));
}

function listOf(subnets: readonly Subnet[]): BlockList {
  const list = new BlockList();
  for (const [address, prefix] of subnets) list.addSubnet(address, prefix, isIPv6(address) ? 'ipv6' : 'ipv4');
  return list;
}
