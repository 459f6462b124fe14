// An address or a block of addresses -> SQL on one value.

import { canonicalIp, parseIpBlock, type IpBlock } from '../../fields/ip-address.ts';
import { UnsayableError } from '../condition.ts';
import { sqlText, type SqlDialect, type SqlTest } from './sql-dialect.ts';

const MAPPED = 0xffff_0000_0000n;

/** Addresses are compared as texts, IPv4 blocks as numbers, and IPv6 blocks by the first group. Throws UnsayableError. */
export function sqlAddress(text: string, dialect: SqlDialect): SqlTest {
  const block = parseIpBlock(text);
  if (block === null) throw new UnsayableError(`${text} is no address`);
  if (block.from === block.to) {
    const canonical = sqlText(canonicalIp(text.split('/')[0] ?? '') ?? text);
    return (v) => `lower(${v}) = ${canonical}`;
  }
  if (block.from >= MAPPED && block.to <= MAPPED + 0xffff_ffffn)
    return (v) => `${ipv4Number(v)} BETWEEN ${block.from - MAPPED} AND ${block.to - MAPPED}`;
  const group = firstGroup(block);
  if (group === null) throw new UnsayableError(`${text} is a block of IPv6 that its first group does not decide`);
  return (v) => dialect.fits(`lower(${v})`, `${group}:.*`);
}

/** A regular expression for the first group of the addresses; null: others decide too, or zeros before it may be left out. */
function firstGroup({ from, to }: IpBlock): string | null {
  const rest = (1n << 112n) - 1n;
  if ((from & rest) !== 0n || (to & rest) !== rest) return null;
  const [low, high] = [(from >> 112n).toString(16).padStart(4, '0'), (to >> 112n).toString(16).padStart(4, '0')];
  if (low.startsWith('0')) return null;
  const digits = [...'0123456789abcdef'];
  return Array.from(low, (digit, index) => {
    const last = high.charAt(index);
    return digit === last ? digit : `[${digits.slice(digits.indexOf(digit), digits.indexOf(last) + 1).join('')}]`;
  }).join('');
}

/** Null for everything that is no IPv4 address. */
function ipv4Number(v: string): string {
  const parts = [1, 2, 3, 4].map((part) => `TRY_CAST(split_part(${v}, '.', ${part}) AS bigint) * ${256 ** (4 - part)}`);
  return `(${parts.join(' + ')})`;
}
