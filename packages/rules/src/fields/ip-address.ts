// Addresses as Elasticsearch's ip field knows them: 128 bits, IPv4 as IPv4-mapped IPv6. No leading zeros, no zone ids.

/** An address block, both ends inclusive. */
export interface IpBlock {
  readonly from: bigint;
  readonly to: bigint;
}

const MAPPED = 0xffff_0000_0000n;
const ALL_BITS = 2n ** 128n - 1n;

/** The 128-bit number of an address (IPv4 as `::ffff:a.b.c.d`), or null when the text is no address. */
export function parseIp(text: string): bigint | null {
  const v4 = parseIpv4(text);
  if (v4 >= 0) return MAPPED + BigInt(v4);
  if (text.length > 45 || !text.includes(':')) return null;
  return parseIpv6(text);
}

/** The 32-bit number of a dotted IPv4 address, or -1. Allocates nothing. */
export function parseIpv4(text: string): number {
  if (text.length < 7 || text.length > 15) return -1;
  let address = 0;
  let octet = -1;
  let octets = 0;
  for (let at = 0; at <= text.length; at += 1) {
    const code = at === text.length ? 46 : text.charCodeAt(at);
    if (code === 46) {
      if (octet < 0) return -1;
      address = address * 256 + octet;
      octets += 1;
      octet = -1;
    } else {
      if (code < 48 || code > 57 || octet === 0) return -1;
      octet = (octet < 0 ? 0 : octet * 10) + code - 48;
      if (octet > 255) return -1;
    }
  }
  return octets === 4 ? address : -1;
}

/** A CIDR block or a single address; null when the text is neither. */
export function parseIpBlock(text: string): IpBlock | null {
  const slash = text.indexOf('/');
  if (slash < 0) {
    const address = parseIp(text);
    return address === null ? null : { from: address, to: address };
  }
  const address = parseIp(text.slice(0, slash));
  const length = text.slice(slash + 1);
  if (address === null || !/^\d{1,3}$/.test(length)) return null;
  const isDotted = !text.slice(0, slash).includes(':');
  const bits = isDotted ? 32 : 128;
  if (Number(length) > bits) return null;
  const free = BigInt(bits - Number(length));
  const from = (address >> free) << free;
  return { from, to: from | (((1n << free) - 1n) & ALL_BITS) };
}

/** The address as Elasticsearch prints it: IPv4 dotted, IPv6 by RFC 5952; null when the text is no address. */
export function canonicalIp(text: string): string | null {
  const v4 = parseIpv4(text);
  if (v4 >= 0) return text;
  const address = parseIp(text);
  if (address === null) return null;
  return address >> 32n === 0xffffn ? dotted(Number(address & 0xffff_ffffn)) : compressed(address);
}

function dotted(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
}

function compressed(address: bigint): string {
  const groups = Array.from({ length: 8 }, (_, index) => Number((address >> BigInt(112 - index * 16)) & 0xffffn));
  let bestFrom = -1;
  let bestLength = 1;
  for (let from = 0; from < 8; from += 1) {
    let length = 0;
    while (from + length < 8 && groups[from + length] === 0) length += 1;
    if (length > bestLength) {
      bestFrom = from;
      bestLength = length;
    }
  }
  const hex = groups.map((group) => group.toString(16));
  if (bestFrom < 0) return hex.join(':');
  return `${hex.slice(0, bestFrom).join(':')}::${hex.slice(bestFrom + bestLength).join(':')}`;
}

function parseIpv6(text: string): bigint | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const head = parseGroups(halves[0] ?? '', halves.length === 1);
  const tail = halves.length === 2 ? parseGroups(halves[1] ?? '', true) : [];
  if (head === null || tail === null) return null;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return null;
  const groups = [...head, ...Array.from({ length: missing }, () => 0), ...tail];
  return groups.reduce((address, group) => (address << 16n) | BigInt(group), 0n);
}

/** The 16-bit groups of a colon-separated part; its last group may be dotted when `mayEndDotted`. */
function parseGroups(text: string, mayEndDotted: boolean): number[] | null {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    if (/^[\da-f]{1,4}$/i.test(part)) {
      groups.push(Number.parseInt(part, 16));
      continue;
    }
    const v4 = mayEndDotted && index === parts.length - 1 ? parseIpv4(part) : -1;
    if (v4 < 0) return null;
    groups.push(Math.floor(v4 / 65_536), v4 % 65_536);
  }
  return groups;
}
