// `cidrMatch(ip, block, …)` of an address that is computed.

import { InputError } from '@coldhunt/core';
import { parseIp, parseIpBlock } from '../../fields/ip-address.ts';

/** Whether an address lies in one of the blocks. Throws InputError EQL_TYPE for a text that is no block. */
export function cidrMatch(ip: string, blocks: readonly string[]): boolean {
  const address = parseIp(ip);
  let isFound = false;
  for (const text of blocks) {
    const block = parseIpBlock(text);
    if (block === null) {
      throw new InputError('EQL_TYPE', `"${text}" is no block of addresses: expected one like 10.0.0.0/8 or fe80::/10`);
    }
    isFound ||= address !== null && address >= block.from && address <= block.to;
  }
  return isFound;
}
